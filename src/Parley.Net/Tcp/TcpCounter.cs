namespace Parley.Net.Tcp;

/// <summary>What a shard counts of its TCP connections. Written by its thread alone.</summary>
public enum TcpCounter
{
    Accepted,

    /// <summary>Connections made by us that came to be.</summary>
    Connected,

    FramesReceived,
    FramesSent,

    /// <summary>Frames of no bytes: allowed, and without meaning.</summary>
    EmptyFrames,

    /// <summary>Frames that waited for room in a socket before they went.</summary>
    FramesDelayed,

    /// <summary>Frames dropped whole because the peer takes too little.</summary>
    BacklogFull,

    /// <summary>Frames to an address that no connection leads to, or none any more.</summary>
    NoConnection,

    /// <summary>Connections that went to the shard that owns their call.</summary>
    Moved,

    /// <summary>Closed because the shard they should have moved to took no more.</summary>
    MoveRefused,

    /// <summary>Refused: <see cref="TcpConfig.MaxConnections"/>.</summary>
    RefusedTooMany,

    /// <summary>Refused: <see cref="TcpConfig.MaxPerSource"/>.</summary>
    RefusedSource,

    /// <summary>The system had no descriptor or memory for one more; accepting rests for a moment.</summary>
    AcceptFailed,

    /// <summary>Connections to a peer that could not be made.</summary>
    ConnectFailed,

    ClosedByPeer,

    /// <summary>Closed because the call it belonged to ended.</summary>
    ClosedWithCall,

    /// <summary>The system reported an error, such as a reset.</summary>
    ClosedBroken,

    /// <summary>No call kept it within <see cref="TcpConfig.UnprovenTime"/>.</summary>
    ClosedUnproven,

    /// <summary>It sent too many frames without being kept by a call.</summary>
    ClosedChattering,

    /// <summary>Evicted while no call had kept it, for a newer one.</summary>
    ClosedEvicted,

    ClosedIdle,

    /// <summary>It took nothing of what waited for it for <see cref="TcpConfig.StuckTime"/>.</summary>
    ClosedStuck,

    /// <summary>A frame was longer than <see cref="StreamFrame.MaxPayloadLength"/>: no speech of ours.</summary>
    ClosedTooLong,

    /// <summary>Another connection came from the same address and port, through another address of ours.</summary>
    ClosedReplaced,
}
