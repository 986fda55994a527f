namespace Parley.Realtime;

/// <summary>How the audio of a session travels, and so who owns the playout.</summary>
public enum AudioPath
{
    /// <summary>
    /// By the connection's media track (WebRTC). The server owns the playout: <c>output_audio_buffer.*</c> events, and items are
    /// cut back to what was heard.
    /// </summary>
    Media,

    /// <summary>
    /// Inside the events (WebSocket), base64. The client owns the playout, stops it itself, and says by
    /// <c>conversation.item.truncate</c> how much was heard.
    /// </summary>
    Events,
}
