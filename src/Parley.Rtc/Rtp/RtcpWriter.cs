using System.Buffers.Binary;
using Parley.Rtc.Rtp.Feedback;

namespace Parley.Rtc.Rtp;

/// <summary>
/// Writes an RTCP compound into a caller's buffer: a report first, then SDES, then what else there is; the report may be left out
/// where reduced size was agreed. (RFC 3550 §6.1, RFC 5506)
/// </summary>
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

    /// <summary>A generic NACK for these packets, at least one, in rising order. (RFC 4585 §6.2.1)</summary>
    public void AddNack(uint ssrc, uint mediaSsrc, scoped ReadOnlySpan<SeqNo> missing)
    {
        // One entry holds a packet and, as bits, the 16 after it.
        Span<uint> entries = stackalloc uint[missing.Length];
        var count = 0;
        foreach (var sequence in missing)
        {
            var distance = count == 0 ? 0 : sequence.DistanceFrom(new SeqNo((ushort)(entries[count - 1] >> 16)));
            if (distance is >= 1 and <= 16) entries[count - 1] |= 1u << (distance - 1);
            else entries[count++] = (uint)sequence.Value << 16;
        }
        var body = Add(RtcpPacketType.TransportFeedback, RtcpPacket.NackFormat, 8 + 4 * count);
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], mediaSsrc);
        for (var i = 0; i < count; i++) BinaryPrimitives.WriteUInt32BigEndian(body[(8 + 4 * i)..], entries[i]);
    }

    /// <summary>Transport-wide feedback, if there is news; to be the compound's last, because it may be padded. (RFC 3550 §6.4.1)</summary>
    public bool TryAddTransportFeedback(uint ssrc, uint mediaSsrc, TransportArrivals arrivals)
    {
        const byte hasPadding = 0x20;
        var packet = _buffer[Length..];
        var unpadded = 12 + arrivals.Write(packet[12..]);
        if (unpadded == 12) return false;
        var padding = -unpadded & 3;
        var body = Add(RtcpPacketType.TransportFeedback, TransportFeedbackReader.Format, unpadded + padding - 4);
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], mediaSsrc);
        if (padding == 0) return true;
        packet[0] |= hasPadding;
        packet.Slice(unpadded, padding).Clear();
        packet[unpadded + padding - 1] = (byte)padding;
        return true;
    }

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
