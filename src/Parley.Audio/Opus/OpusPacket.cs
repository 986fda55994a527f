namespace Parley.Audio;

/// <summary>What the head of an Opus packet says. (RFC 6716 §3)</summary>
public readonly record struct OpusPacket
{
    private const int MaxFrameLength = 1275;

    public OpusMode Mode { get; private init; }

    public OpusBandwidth Bandwidth { get; private init; }

    public bool IsStereo { get; private init; }

    /// <summary>1…48.</summary>
    public int FrameCount { get; private init; }

    /// <summary>Samples at 48 kHz of one frame: 120 (2.5 ms) … 2880 (60 ms). In-band FEC repairs one frame.</summary>
    public int FrameDuration { get; private init; }

    /// <summary>Samples at 48 kHz of the whole packet, at most 5760 (120 ms): the step of the RTP timestamp.</summary>
    public int Duration => FrameCount * FrameDuration;

    /// <summary>
    /// The packet carries a copy (LBRR) of the audio of the frame before it. Read from the packet itself, because
    /// opus_packet_has_lbrr came with libopus 1.5. (RFC 6716 §4.2.3–4.2.4)
    /// </summary>
    public bool HasInbandFec { get; private init; }

    /// <summary>Every frame is empty or a lone byte: the sender is in discontinuous transmission. (RFC 6716 §2.1.9)</summary>
    public bool IsDtx { get; private init; }

    /// <summary>Reads the head of a packet of untrusted bytes; false when it breaks a rule of RFC 6716 §3.4.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out OpusPacket parsed)
    {
        parsed = default;
        if (packet.IsEmpty) return false; // [R1]
        var toc = packet[0];
        var frameDuration = FrameDurationOf(toc);
        if (!TryFindFrames(packet, frameDuration, out var frameCount, out var firstFrame, out var isDtx)) return false;
        var mode = toc < 0x60 ? OpusMode.Silk : toc < 0x80 ? OpusMode.Hybrid : OpusMode.Celt;
        var isStereo = (toc & 0x04) != 0;
        parsed = new OpusPacket
        {
            Mode = mode,
            Bandwidth = BandwidthOf(toc),
            IsStereo = isStereo,
            FrameCount = frameCount,
            FrameDuration = frameDuration,
            HasInbandFec = mode != OpusMode.Celt && !firstFrame.IsEmpty && HasLbrr(firstFrame[0], frameDuration, isStereo),
            IsDtx = isDtx,
        };
        return true;
    }

    /// <summary>Samples at 48 kHz by the configuration in the first byte. (RFC 6716 §3.1, Table 2)</summary>
    private static int FrameDurationOf(byte toc)
    {
        var size = (toc >> 3) & 3;
        if (toc >= 0x80) return 120 << size;
        if (toc >= 0x60) return (size & 1) == 0 ? 480 : 960;
        return size == 3 ? 2880 : 480 << size;
    }

    private static OpusBandwidth BandwidthOf(byte toc) => (toc >> 5) switch
    {
        // SILK: three bandwidths of four configurations each; hybrid: two of two; CELT: four of four, with no medium band.
        < 3 => OpusBandwidth.Narrow + (toc >> 5),
        3 => (toc & 0x10) == 0 ? OpusBandwidth.SuperWide : OpusBandwidth.Full,
        4 => OpusBandwidth.Narrow,
        var celt => OpusBandwidth.Wide + (celt - 5),
    };

    /// <summary>
    /// The range coder puts the first bits, of even odds, at the top of the first byte as they are: for each channel one
    /// VAD flag for every 20 ms, then the LBRR flag. (RFC 6716 §4.1.4, §4.2.3)
    /// </summary>
    private static bool HasLbrr(byte first, int frameDuration, bool isStereo)
    {
        var silkFrames = Math.Max(1, frameDuration / 960);
        return ((first >> (7 - silkFrames)) & 1) != 0 || (isStereo && ((first >> (6 - 2 * silkFrames)) & 1) != 0);
    }

    private static bool TryFindFrames(
        ReadOnlySpan<byte> packet, int frameDuration, out int count, out ReadOnlySpan<byte> first, out bool isDtx)
    {
        var code = packet[0] & 3;
        var rest = packet[1..];
        count = code == 0 ? 1 : 2;
        first = default;
        isDtx = packet.Length <= 2;
        switch (code)
        {
            case 0:
                first = rest;
                return rest.Length <= MaxFrameLength; // [R2]
            case 1:
                first = rest[..(rest.Length / 2)];
                return rest.Length % 2 == 0 && rest.Length / 2 <= MaxFrameLength; // [R3]
            case 2:
                if (!TryReadLength(ref rest, out var length) || length > rest.Length) return false; // [R4]
                first = rest[..length];
                return rest.Length - length <= MaxFrameLength;
            default:
                return TryFindManyFrames(rest, frameDuration, out count, out first, out isDtx);
        }
    }

    /// <summary>Code 3: a signalled number of frames, of one length or of lengths of their own, with padding. (RFC 6716 §3.2.5)</summary>
    private static bool TryFindManyFrames(
        ReadOnlySpan<byte> rest, int frameDuration, out int count, out ReadOnlySpan<byte> first, out bool isDtx)
    {
        first = default;
        count = 0;
        isDtx = false;
        if (rest.IsEmpty) return false; // [R6]
        var head = rest[0];
        rest = rest[1..];
        count = head & 0x3F;
        if (count == 0 || count * frameDuration > 5760) return false; // [R5]
        if ((head & 0x40) != 0 && !TrySkipPadding(ref rest)) return false;
        if ((head & 0x80) == 0)
        {
            var each = rest.Length / count;
            if (each * count != rest.Length || each > MaxFrameLength) return false;
            first = rest[..each];
            isDtx = each <= 1;
            return true;
        }
        var firstLength = -1;
        var total = 0;
        var longest = 0;
        for (var i = 1; i < count; i++)
        {
            if (!TryReadLength(ref rest, out var length)) return false; // [R7]
            if (i == 1) firstLength = length;
            total += length;
            longest = Math.Max(longest, length);
        }
        var last = rest.Length - total;
        if (last < 0 || last > MaxFrameLength) return false;
        first = rest[..(firstLength < 0 ? last : firstLength)];
        isDtx = Math.Max(longest, last) <= 1;
        return true;
    }

    private static bool TrySkipPadding(ref ReadOnlySpan<byte> rest)
    {
        var padding = 0;
        byte step;
        do
        {
            if (rest.IsEmpty) return false;
            step = rest[0];
            rest = rest[1..];
            padding += step == 255 ? 254 : step;
        }
        while (step == 255);
        if (padding > rest.Length) return false;
        rest = rest[..^padding];
        return true;
    }

    /// <summary>A frame length of one or two bytes. (RFC 6716 §3.2.1)</summary>
    private static bool TryReadLength(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.IsEmpty) return false;
        length = rest[0];
        if (length < 252)
        {
            rest = rest[1..];
            return true;
        }
        if (rest.Length < 2) return false;
        length += 4 * rest[1];
        rest = rest[2..];
        return true;
    }
}

/// <summary>Which of its two codecs an Opus packet uses. (RFC 6716 §2)</summary>
public enum OpusMode
{
    Silk,
    Hybrid,
    Celt,
}

/// <summary>The audio band of an Opus packet, with libopus's numbers. (RFC 6716 §2, Table 1)</summary>
public enum OpusBandwidth
{
    /// <summary>4 kHz.</summary>
    Narrow = 1101,

    /// <summary>6 kHz.</summary>
    Medium = 1102,

    /// <summary>8 kHz.</summary>
    Wide = 1103,

    /// <summary>12 kHz.</summary>
    SuperWide = 1104,

    /// <summary>20 kHz.</summary>
    Full = 1105,
}
