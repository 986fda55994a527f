namespace Parley.Realtime;

/// <summary>Input that was ignored or refused, by reason.</summary>
public enum SessionAnomaly
{
    /// <summary>A reply event of a response that is unknown, finished or cancelled.</summary>
    StaleReply,

    /// <summary>A playout update of a response whose audio is unknown, drained or cleared.</summary>
    StalePlayout,

    /// <summary>A transcript update of an utterance that is unknown, discarded or settled.</summary>
    StaleTranscript,

    /// <summary>Sound of an utterance that is unknown, discarded or deleted.</summary>
    StaleAudio,

    /// <summary>What an MCP server brought for an item that is settled, or gone.</summary>
    StaleMcp,

    /// <summary>A client event that was answered with <c>error</c>.</summary>
    RefusedClientEvent,

    /// <summary>Input before the session was opened or after it was closed.</summary>
    OutsideLifetime,
}
