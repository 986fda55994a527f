namespace Parley.Realtime.Settings;

public enum SessionKind
{
    /// <summary>A conversation: the model answers.</summary>
    Realtime,

    /// <summary>The user's words are written down, and nothing answers.</summary>
    Transcription,
}
