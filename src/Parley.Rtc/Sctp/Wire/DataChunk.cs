using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

[Flags]
internal enum DataFlags : byte
{
    None = 0,
    End = 1,
    Begin = 2,
    Unordered = 4,

    /// <summary>The sender asks for an acknowledgement at once. (RFC 7053)</summary>
    Immediate = 8,
}

/// <summary>The fields of a DATA chunk. (RFC 9260 §3.3.1)</summary>
internal readonly record struct DataHeader(Tsn Tsn, ushort StreamId, ushort Ssn, uint PayloadProtocol, DataFlags Flags)
{
    /// <summary>From the chunk's value on; the chunk header comes on top.</summary>
    public const int Length = 12;

    public bool Has(DataFlags flag) => (Flags & flag) != 0;

    public static bool TryParse(in Chunk chunk, out DataHeader header, out ReadOnlySpan<byte> payload)
    {
        var value = chunk.Value;
        header = default;
        payload = default;
        if (value.Length < Length) return false;
        header = new DataHeader(
            new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value)),
            BinaryPrimitives.ReadUInt16BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[6..]),
            BinaryPrimitives.ReadUInt32BigEndian(value[8..]),
            (DataFlags)chunk.Flags);
        payload = value[Length..];
        return true;
    }

    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, Tsn.Value);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], StreamId);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], Ssn);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], PayloadProtocol);
    }
}
