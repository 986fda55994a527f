using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>The checksum of SCTP packets: CRC-32C, by the CPU's instruction where there is one. (RFC 9260 appendix A)</summary>
internal static class Crc32c
{
    private const int ChecksumOffset = 8;

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Extend(uint.MaxValue, bytes);

    /// <summary>The checksum of a packet, its own field counted as zero. (RFC 9260 §6.8)</summary>
    public static uint OfPacket(ReadOnlySpan<byte> packet)
    {
        var crc = Extend(uint.MaxValue, packet[..ChecksumOffset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Extend(crc, packet[PacketWriter.HeaderLength..]);
    }

    private static uint Extend(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
