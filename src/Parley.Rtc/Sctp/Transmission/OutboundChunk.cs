using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

internal enum OutboundChunkState : byte
{
    /// <summary>Never sent.</summary>
    Waiting,

    InFlight,

    /// <summary>Reported by a gap block; the receiver may still go back on it. (RFC 9260 §6.2.1)</summary>
    GapAcked,

    /// <summary>To be sent again.</summary>
    Lost,

    /// <summary>Given up, sent or not: the peer is to skip it. (RFC 3758 §3.5)</summary>
    Abandoned,
}

/// <summary>One DATA chunk from the moment it is queued until it is cumulatively acknowledged.</summary>
internal struct OutboundChunk
{
    /// <summary>Of the payload in the ring.</summary>
    public long Position;

    public Instant SentAt;

    /// <summary>After this the message is not sent any more. (RFC 3758 §4.1)</summary>
    public Instant ExpiresAt;

    public uint PayloadProtocol;

    /// <summary>How often it may be sent again before the message is given up.</summary>
    public uint MaxRetransmissions;

    public ushort StreamId;
    public ushort Ssn;
    public ushort Length;

    /// <summary>How often it was sent again.</summary>
    public ushort Retransmissions;

    public DataFlags Flags;
    public OutboundChunkState State;

    /// <summary>It was last sent because a later one was acknowledged, and not because of silence.</summary>
    public bool WasFoundLost;

    /// <summary>Karn's rule: its acknowledgement measures no round trip. (RFC 9260 §6.3.1 C5)</summary>
    public readonly bool WasRetransmitted => Retransmissions > 0;

    /// <summary>Bytes it takes in a packet.</summary>
    public readonly int WireSize => PacketWriter.Pad(Chunk.HeaderLength + DataHeader.Length + Length);

    /// <summary>Its message is to be given up rather than sent at this time.</summary>
    public readonly bool IsSpent(Instant now) => now > ExpiresAt || State == OutboundChunkState.Lost && Retransmissions >= MaxRetransmissions;
}
