using System.Buffers.Binary;

namespace Parley.Rtc.Rtp;

/// <summary>Whether bytes are an RTP packet, and why not.</summary>
internal enum RtpParseStatus
{
    Ok,

    /// <summary>Shorter than its header, CSRC list or extension say.</summary>
    Truncated,

    /// <summary>Version is not 2.</summary>
    WrongVersion,

    /// <summary>The padding count is 0 or longer than the payload.</summary>
    BadPadding,
}

/// <summary>The fixed header of an RTP packet, and where its extension and its payload lie. CSRCs are skipped. (RFC 3550 §5.1)</summary>
internal readonly record struct RtpHeader
{
    /// <summary>Bytes of a header with neither CSRCs nor extension.</summary>
    public const int FixedLength = 12;

    public bool Marker { get; init; }

    public byte PayloadType { get; init; }

    public SeqNo SequenceNumber { get; init; }

    public uint Timestamp { get; init; }

    public uint Ssrc { get; init; }

    /// <summary>The extension's first 16 bits, "defined by profile"; 0 when there is none. (RFC 3550 §5.3.1)</summary>
    public ushort ExtensionProfile { get; init; }

    /// <summary>Bytes before the extension's data, and bytes of them; 0 when there is none.</summary>
    public int ExtensionOffset { get; init; }

    public int ExtensionLength { get; init; }

    /// <summary>Bytes before the payload.</summary>
    public int PayloadOffset { get; init; }

    /// <summary>Bytes of payload, padding taken off.</summary>
    public int PayloadLength { get; init; }

    public static RtpParseStatus TryParse(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        header = default;
        if (packet.Length < FixedLength) return RtpParseStatus.Truncated;
        if (packet[0] >> 6 != 2) return RtpParseStatus.WrongVersion;
        var offset = FixedLength + 4 * (packet[0] & 0x0F);
        ushort profile = 0;
        var (extensionOffset, extensionLength) = (0, 0);
        if ((packet[0] & 0x10) != 0)
        {
            // The extension's length counts 32-bit words behind its own four bytes. (RFC 3550 §5.3.1)
            if (packet.Length < offset + 4) return RtpParseStatus.Truncated;
            profile = BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
            extensionOffset = offset + 4;
            extensionLength = 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
            offset = extensionOffset + extensionLength;
        }
        if (packet.Length < offset) return RtpParseStatus.Truncated;
        var padding = 0;
        if ((packet[0] & 0x20) != 0)
        {
            padding = packet[^1];
            if (padding == 0 || padding > packet.Length - offset) return RtpParseStatus.BadPadding;
        }
        header = new RtpHeader
        {
            Marker = (packet[1] & 0x80) != 0,
            PayloadType = (byte)(packet[1] & 0x7F),
            SequenceNumber = new SeqNo(BinaryPrimitives.ReadUInt16BigEndian(packet[2..])),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]),
            ExtensionProfile = profile,
            ExtensionOffset = extensionOffset,
            ExtensionLength = extensionLength,
            PayloadOffset = offset,
            PayloadLength = packet.Length - offset - padding,
        };
        return RtpParseStatus.Ok;
    }

    /// <summary>
    /// Writes the <see cref="FixedLength"/> bytes of a header without CSRCs or padding; with <paramref name="hasExtension"/> an extension
    /// is to follow.
    /// </summary>
    public void Write(Span<byte> packet, bool hasExtension = false)
    {
        packet[0] = (byte)(hasExtension ? 0x90 : 0x80);
        packet[1] = (byte)((Marker ? 0x80 : 0) | PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], SequenceNumber.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Ssrc);
    }
}
