using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>A run of TSNs received beyond the cumulative one, as offsets from it, both ends included.</summary>
internal readonly record struct GapBlock(ushort Start, ushort End);

/// <summary>A selective acknowledgement as received. (RFC 9260 §3.3.4)</summary>
internal readonly ref struct SackChunk
{
    public const int FixedLength = 12;
    public const int EntryLength = 4;

    private readonly ReadOnlySpan<byte> _gaps;

    private SackChunk(ReadOnlySpan<byte> value, int gapCount)
    {
        CumulativeTsn = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        ReceiverWindow = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        GapCount = gapCount;
        _gaps = value.Slice(FixedLength, gapCount * EntryLength);
    }

    /// <summary>One without gap blocks, as SHUTDOWN implies.</summary>
    public SackChunk(Tsn cumulativeTsn, uint receiverWindow)
    {
        CumulativeTsn = cumulativeTsn;
        ReceiverWindow = receiverWindow;
        GapCount = 0;
        _gaps = default;
    }

    public Tsn CumulativeTsn { get; }

    public uint ReceiverWindow { get; }

    public int GapCount { get; }

    public GapBlock Gap(int index) => new(
        BinaryPrimitives.ReadUInt16BigEndian(_gaps[(index * EntryLength)..]),
        BinaryPrimitives.ReadUInt16BigEndian(_gaps[(index * EntryLength + 2)..]));

    public static bool TryParse(ReadOnlySpan<byte> value, out SackChunk sack)
    {
        sack = default;
        if (value.Length < FixedLength) return false;
        int gaps = BinaryPrimitives.ReadUInt16BigEndian(value[8..]);
        int duplicates = BinaryPrimitives.ReadUInt16BigEndian(value[10..]);
        if (value.Length < FixedLength + (gaps + duplicates) * EntryLength) return false;
        sack = new SackChunk(value, gaps);
        return true;
    }

    public static void Write(
        Span<byte> value, Tsn cumulativeTsn, uint receiverWindow, ReadOnlySpan<GapBlock> gaps, ReadOnlySpan<Tsn> duplicates)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, cumulativeTsn.Value);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], receiverWindow);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)gaps.Length);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], (ushort)duplicates.Length);
        value = value[FixedLength..];
        foreach (var gap in gaps)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, gap.Start);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], gap.End);
            value = value[EntryLength..];
        }
        foreach (var duplicate in duplicates)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, duplicate.Value);
            value = value[EntryLength..];
        }
    }
}
