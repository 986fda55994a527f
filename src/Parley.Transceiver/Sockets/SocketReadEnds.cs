namespace Parley.Transceiver.Sockets;

/// <summary>What the end of reading means for others.</summary>
internal static class SocketReadEnds
{
    /// <summary>What it means for the client's call.</summary>
    public static CallCloseReason OfCall(this SocketReadEnd end) => end switch
    {
        SocketReadEnd.Lost or SocketReadEnd.WentAway => CallCloseReason.ConnectionLost,
        SocketReadEnd.Malformed => CallCloseReason.ProtocolError,
        SocketReadEnd.TooLong or SocketReadEnd.TooSlow or SocketReadEnd.NoMemory => CallCloseReason.MessageRefused,
        _ => CallCloseReason.RemoteClosed,
    };

    /// <summary>The client may still send its close frame.</summary>
    public static bool IsOpen(this SocketReadEnd end) => end is SocketReadEnd.TooLong or SocketReadEnd.NoMemory or SocketReadEnd.Unwanted;
}
