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
}

/// <summary>One DATA chunk from the moment it is queued until it is cumulatively acknowledged.</summary>
internal struct OutboundChunk
{
    /// <summary>Of the payload in the ring.</summary>
    public long Position;

    public Instant SentAt;
    public uint PayloadProtocol;
    public ushort StreamId;
    public ushort Ssn;
    public ushort Length;
    public DataFlags Flags;
    public OutboundChunkState State;

    /// <summary>How often it was reported missing since it was last sent. (RFC 9260 §7.2.4)</summary>
    public byte MissingReports;

    /// <summary>Karn's rule: its acknowledgement measures no round trip. (RFC 9260 §6.3.1 C5)</summary>
    public bool WasRetransmitted;

    /// <summary>Bytes it takes in a packet.</summary>
    public readonly int WireSize => PacketWriter.Pad(Chunk.HeaderLength + DataHeader.Length + Length);
}
