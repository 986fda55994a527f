using System.Buffers.Binary;

namespace Parley.Rtc.Rtp;

/// <summary>What one side received of one source. (RFC 3550 §6.4.1)</summary>
internal readonly record struct ReportBlock
{
    /// <summary>Bytes of a block on the wire.</summary>
    public const int Length = 24;

    public uint Ssrc { get; init; }

    /// <summary>Lost since the previous report, in 1/256 of what was expected.</summary>
    public byte FractionLost { get; init; }

    /// <summary>Lost since the start, −2²³…2²³−1; negative when duplicates outnumber losses.</summary>
    public int CumulativeLost { get; init; }

    /// <summary>Highest sequence number received, cycles in the upper 16 bits.</summary>
    public uint HighestSequence { get; init; }

    /// <summary>In timestamp units.</summary>
    public uint Jitter { get; init; }

    /// <summary>Middle 32 bits of the NTP time of the last sender report received; 0 for none.</summary>
    public uint LastSenderReport { get; init; }

    /// <summary>Time since that report, in 1/65536 s.</summary>
    public uint DelaySinceLastSenderReport { get; init; }

    public static ReportBlock Read(ReadOnlySpan<byte> bytes) => new()
    {
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(bytes),
        FractionLost = bytes[4],
        CumulativeLost = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8,
        HighestSequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        Jitter = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        LastSenderReport = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        DelaySinceLastSenderReport = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]),
    };

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], Math.Clamp(CumulativeLost, -0x800000, 0x7FFFFF));
        bytes[4] = FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSenderReport);
    }
}
