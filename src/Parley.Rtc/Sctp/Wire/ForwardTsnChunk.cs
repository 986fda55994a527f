using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>The peer gave up everything up to a TSN. (RFC 3758 §3.2)</summary>
internal readonly ref struct ForwardTsnChunk
{
    private const int FixedLength = 4;
    private const int EntryLength = 4;

    private readonly ReadOnlySpan<byte> _streams;

    private ForwardTsnChunk(ReadOnlySpan<byte> value)
    {
        NewCumulativeTsn = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        _streams = value[FixedLength..];
    }

    public Tsn NewCumulativeTsn { get; }

    /// <summary>Ordered streams with skipped messages, each with the last skipped sequence number.</summary>
    public int StreamCount => _streams.Length / EntryLength;

    public (ushort StreamId, ushort Ssn) Stream(int index) => (
        BinaryPrimitives.ReadUInt16BigEndian(_streams[(index * EntryLength)..]),
        BinaryPrimitives.ReadUInt16BigEndian(_streams[(index * EntryLength + 2)..]));

    public static bool TryParse(ReadOnlySpan<byte> value, out ForwardTsnChunk chunk)
    {
        chunk = default;
        if (value.Length < FixedLength) return false;
        chunk = new ForwardTsnChunk(value);
        return true;
    }
}
