namespace Parley.Net.Tcp;

/// <summary>What became of a frame given to a <see cref="TcpConnection"/>.</summary>
internal enum FrameOutcome
{
    Sent,

    /// <summary>It goes when there is room in the socket.</summary>
    Waits,

    /// <summary>Too much waits already.</summary>
    Dropped,

    /// <summary>The connection is of no more use.</summary>
    Broken,
}
