using System.Buffers.Binary;

namespace Parley.Rtc.Rtp;

/// <summary>Writes an RTCP compound into a caller's buffer: a report first, then SDES, then BYE if any. (RFC 3550 §6.1)</summary>
internal ref struct RtcpWriter(Span<byte> buffer)
{
    /// <summary>SR with one block, SDES with the longest CNAME, BYE.</summary>
    public const int MaxCompoundLength = 52 + 272 + 8;

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>A sender report; <paramref name="block"/> is null while nothing was received. (RFC 3550 §6.4.1)</summary>
    public void AddSenderReport(in SenderInfo info, ReportBlock? block)
    {
        var body = Add(RtcpPacketType.SenderReport, block is null ? 0 : 1, 24 + (block is null ? 0 : ReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, info.Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], info.NtpTime);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], info.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], info.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], info.OctetCount);
        block?.Write(body[24..]);
    }

    /// <summary>A receiver report. (RFC 3550 §6.4.2)</summary>
    public void AddReceiverReport(uint ssrc, ReportBlock? block)
    {
        var body = Add(RtcpPacketType.ReceiverReport, block is null ? 0 : 1, 4 + (block is null ? 0 : ReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        block?.Write(body[4..]);
    }

    /// <summary>A source description with the mandatory CNAME, at most 255 bytes of UTF-8. (RFC 3550 §6.5.1)</summary>
    public void AddCname(uint ssrc, ReadOnlySpan<byte> cname)
    {
        const byte cnameItem = 1;
        // Chunk: SSRC, item type, item length, text, and one to four zero bytes up to a 32-bit boundary. (RFC 3550 §6.5)
        var body = Add(RtcpPacketType.SourceDescription, 1, 4 + ((2 + cname.Length) / 4 + 1) * 4);
        body.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = cnameItem;
        body[5] = (byte)cname.Length;
        cname.CopyTo(body[6..]);
    }

    /// <summary>A BYE without a reason. (RFC 3550 §6.6)</summary>
    public void AddGoodbye(uint ssrc) => BinaryPrimitives.WriteUInt32BigEndian(Add(RtcpPacketType.Goodbye, 1, 4), ssrc);

    private Span<byte> Add(RtcpPacketType type, int count, int bodyLength)
    {
        var packet = _buffer.Slice(Length, 4 + bodyLength);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        Length += packet.Length;
        return packet[4..];
    }
}
