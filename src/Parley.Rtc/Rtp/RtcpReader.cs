using System.Buffers.Binary;

namespace Parley.Rtc.Rtp;

/// <summary>
/// Steps through the packets of an RTCP compound. The compound is checked as a whole first, so a reader that was made
/// never runs out of bounds. Reduced-size compounds (RFC 5506) may start with any type. (RFC 3550 §6.1, A.2)
/// </summary>
internal ref struct RtcpReader
{
    private ReadOnlySpan<byte> _rest;

    private RtcpReader(ReadOnlySpan<byte> compound) => _rest = compound;

    public static bool TryCreate(ReadOnlySpan<byte> compound, out RtcpReader reader)
    {
        reader = new RtcpReader(compound);
        if (compound.IsEmpty) return false;
        for (var rest = compound; !rest.IsEmpty;)
        {
            if (rest.Length < 4 || rest[0] >> 6 != 2 || rest[1] is < 192 or > 223) return false;
            var length = LengthOf(rest);
            if (length > rest.Length) return false;
            // Only the last packet may be padded, and never by more than it holds.
            if ((rest[0] & 0x20) != 0 && (length != rest.Length || rest[length - 1] == 0 || rest[length - 1] > length - 4)) return false;
            rest = rest[length..];
        }
        return true;
    }

    public bool TryRead(out RtcpPacket packet)
    {
        packet = default;
        if (_rest.IsEmpty) return false;
        var length = LengthOf(_rest);
        var padding = (_rest[0] & 0x20) != 0 ? _rest[length - 1] : 0;
        packet = new RtcpPacket((RtcpPacketType)_rest[1], _rest[0] & 0x1F, _rest[4..(length - padding)]);
        _rest = _rest[length..];
        return true;
    }

    private static int LengthOf(ReadOnlySpan<byte> packet) => 4 * (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1);
}

/// <summary>One RTCP packet: its type, the five bits of its count or format, and what follows the first word.</summary>
internal readonly ref struct RtcpPacket(RtcpPacketType type, int count, ReadOnlySpan<byte> body)
{
    /// <summary>The format of a generic NACK in transport layer feedback. (RFC 4585 §6.2.1)</summary>
    public const int NackFormat = 1;

    /// <summary>Formats of payload-specific feedback. (RFC 4585 §6.3.1, RFC 5104 §4.3.1, RFC 4585 §6.4)</summary>
    public const int PictureLossFormat = 1;
    public const int FullIntraFormat = 4;
    private const int ApplicationFormat = 15;

    /// <summary>Bytes of the sender information in a sender report, SSRC included.</summary>
    private const int SenderInfoLength = 24;

    public RtcpPacketType Type { get; } = type;

    public int Count { get; } = count;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>True for a sender report, with the sender's SSRC and its clock.</summary>
    public bool TryReadSenderInfo(out SenderInfo info)
    {
        info = default;
        if (Type != RtcpPacketType.SenderReport || Body.Length < SenderInfoLength) return false;
        info = new SenderInfo
        {
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(Body),
            NtpTime = BinaryPrimitives.ReadUInt64BigEndian(Body[4..]),
            RtpTimestamp = BinaryPrimitives.ReadUInt32BigEndian(Body[12..]),
            PacketCount = BinaryPrimitives.ReadUInt32BigEndian(Body[16..]),
            OctetCount = BinaryPrimitives.ReadUInt32BigEndian(Body[20..]),
        };
        return true;
    }

    /// <summary>The report block number <paramref name="index"/> of a sender or receiver report; false past the last.</summary>
    public bool TryReadReportBlock(int index, out ReportBlock block)
    {
        block = default;
        var start = Type switch
        {
            RtcpPacketType.SenderReport => SenderInfoLength,
            RtcpPacketType.ReceiverReport => 4,
            _ => int.MaxValue,
        };
        if (index >= Count || start == int.MaxValue || Body.Length < start + (index + 1) * ReportBlock.Length) return false;
        block = ReportBlock.Read(Body[(start + index * ReportBlock.Length)..]);
        return true;
    }

    /// <summary>The source number <paramref name="index"/> that a BYE names; false past the last.</summary>
    public bool TryReadGoodbye(int index, out uint ssrc)
    {
        ssrc = 0;
        if (Type != RtcpPacketType.Goodbye || index >= Count || Body.Length < 4 * (index + 1)) return false;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(Body[(4 * index)..]);
        return true;
    }

    /// <summary>True for feedback about the stream <paramref name="mediaSsrc"/> names. (RFC 4585 §6.1)</summary>
    public bool TryReadMediaSsrc(out uint mediaSsrc)
    {
        mediaSsrc = 0;
        if (Type is not (RtcpPacketType.TransportFeedback or RtcpPacketType.PayloadFeedback) || Body.Length < 8) return false;
        mediaSsrc = BinaryPrimitives.ReadUInt32BigEndian(Body[4..]);
        return true;
    }

    /// <summary>Entry number <paramref name="index"/> of a generic NACK: a packet, and as bits the 16 after it; false past the last.</summary>
    public bool TryReadNack(int index, out SeqNo first, out ushort following)
    {
        (first, following) = (default, 0);
        var at = 8 + 4 * index;
        if (Type != RtcpPacketType.TransportFeedback || Count != NackFormat || Body.Length < at + 4) return false;
        first = new SeqNo(BinaryPrimitives.ReadUInt16BigEndian(Body[at..]));
        following = BinaryPrimitives.ReadUInt16BigEndian(Body[(at + 2)..]);
        return true;
    }

    /// <summary>True for a receiver's estimated maximum bit rate, in bit/s. (draft-alvestrand-rmcat-remb-03 §2.2)</summary>
    public bool TryReadBitrateBound(out double bitsPerSecond)
    {
        bitsPerSecond = 0;
        if (Type != RtcpPacketType.PayloadFeedback || Count != ApplicationFormat || Body.Length < 16 || !Body[8..12].SequenceEqual("REMB"u8)) return false;
        var mantissa = (Body[13] & 3) << 16 | Body[14] << 8 | Body[15];
        bitsPerSecond = Math.ScaleB(mantissa, Body[13] >> 2);
        return true;
    }
}
