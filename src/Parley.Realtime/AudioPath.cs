namespace Parley.Realtime;

/// <summary>How audio travels between client and session.</summary>
public enum AudioPath
{
    /// <summary>As media beside the events (WebRTC): the server owns playout.</summary>
    Media,

    /// <summary>Within the events, base64 (WebSocket): the client owns playout.</summary>
    Events,
}
