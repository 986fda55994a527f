namespace Parley.Transceiver.Sockets;

/// <summary>Why nothing more is read from a WebSocket.</summary>
internal enum SocketReadEnd
{
    /// <summary>The client sent a close frame, as an answer to ours or of its own accord.</summary>
    ClosedByClient,

    /// <summary>The client sent a close frame for the reason that it is going away: a page that is left or loaded anew. (RFC 6455 §7.4.1, 1001)</summary>
    WentAway,

    /// <summary>The connection broke, or a ping was not answered.</summary>
    Lost,

    /// <summary>What came is not the WebSocket protocol.</summary>
    Malformed,

    /// <summary>A message is longer than any event may be.</summary>
    TooLong,

    /// <summary>A message was begun and not ended in time.</summary>
    TooSlow,

    /// <summary>There is no memory left for long messages.</summary>
    NoMemory,

    /// <summary>Whoever dealt with the messages wants no more.</summary>
    Unwanted,
}
