using System.Buffers.Binary;

namespace Parley.Rtc.Srtp;

/// <summary>A 96-bit nonce as numbers, so that it travels in registers: its first eight bytes and its last four, big-endian.</summary>
internal readonly record struct GcmNonce(ulong First, uint Last)
{
    public const int Length = 12;

    public static GcmNonce Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Last);
    }
}
