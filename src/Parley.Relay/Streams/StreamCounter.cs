namespace Parley.Relay.Streams;

/// <summary>What is counted of clients on TCP, beside what <see cref="Net.Tcp.TcpCounter"/> says of their connections.</summary>
public enum StreamCounter
{
    FlowsBegun,

    /// <summary>Frames on to a transceiver.</summary>
    FramesUp,

    /// <summary>Frames on to a client.</summary>
    FramesDown,

    /// <summary>Frames that do not fit into a datagram of the inner protocol: dropped.</summary>
    FramesTooLong,

    /// <summary>Frames of a connection that begins no flow; it is closed.</summary>
    FramesRefused,

    /// <summary>Packets for a connection that is gone, or from whom it does not belong to: dropped.</summary>
    NoSuchFlow,

    /// <summary>More came in one round than is kept for the next step: dropped.</summary>
    QueueFull,
}
