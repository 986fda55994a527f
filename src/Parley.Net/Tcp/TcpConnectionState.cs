namespace Parley.Net.Tcp;

internal enum TcpConnectionState
{
    /// <summary>Our own attempt is under way; what is sent waits.</summary>
    Connecting,

    Open,

    /// <summary>Ended by us: what waits goes out, what comes is thrown away.</summary>
    Closing,

    Closed,
}
