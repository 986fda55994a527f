namespace Parley.Net.Forwarding;

/// <summary>What a forwarder counts. Written by its thread alone. Packets are those of clients, datagrams what the inner sockets carry.</summary>
public enum ForwarderCounter
{
    /// <summary>Packets from clients, over UDP and TCP.</summary>
    PacketsFromClients,
    BytesFromClients,

    /// <summary>Packets on their way to transceivers; how many datagrams carry them.</summary>
    PacketsToTransceivers,
    DatagramsToTransceivers,

    /// <summary>Datagrams from transceivers, and the packets in them.</summary>
    DatagramsFromTransceivers,
    PacketsFromTransceivers,

    /// <summary>Packets on their way to clients, over UDP and TCP.</summary>
    PacketsToClients,
    BytesToClients,

    /// <summary>Times the thread woke from waiting, and times it slept until its next tick.</summary>
    Wakeups,
    Ticks,

    /// <summary>Flows that began with a first packet, by an SSRC, with a packet of a transceiver, and because a transceiver named them when it was asked.</summary>
    FlowsBegun,
    FlowsMoved,
    FlowsRelearned,
    FlowsRecalled,

    /// <summary>Flows whose client began to check with another transceiver.</summary>
    FlowsRerouted,

    /// <summary>Flows that ended: nothing came; unconfirmed, and another needed the room; the TCP connection is gone.</summary>
    FlowsExpired,
    FlowsEvicted,
    FlowsDisconnected,

    /// <summary>Dropped: the source has no flow, and nothing says where it belongs.</summary>
    Unroutable,

    /// <summary>Dropped: media of a known SSRC, and the source may not begin a flow.</summary>
    MoveRefused,

    /// <summary>Dropped: a new flow, and every place is taken by one that is confirmed.</summary>
    TableFull,

    /// <summary>Dropped: a new flow to a transceiver beyond <see cref="NodeTable.MaxNodes"/>.</summary>
    TooManyTransceivers,

    /// <summary>Dropped: empty, or longer than <see cref="Shard.MaxDatagramSize"/>.</summary>
    BadLength,

    /// <summary>Transceivers asked for their clients after the start.</summary>
    FlowQuestions,

    /// <summary>Dropped: an inner datagram of an address that is no transceiver's.</summary>
    UnknownTransceiver,

    /// <summary>Dropped: more bytes would go to an address than came from it, before it is known to be a client's.</summary>
    UnverifiedLimited,

    /// <summary>Packets too long for <see cref="ForwarderConfig.MaxInnerLength"/>: they go alone, in fragments if need be.</summary>
    Oversized,

    /// <summary>Hints that two transceivers' flows claim.</summary>
    SsrcConflicts,

    ReceiveFailed,

    /// <summary>Dropped: the socket's buffer was full; there is no way there; the system refused for another reason.</summary>
    SendBlocked,
    SendUnreachable,
    SendRefused,

    /// <summary>Exceptions that <see cref="IFirstPackets"/> let out; the packet is dropped.</summary>
    Faults,
}
