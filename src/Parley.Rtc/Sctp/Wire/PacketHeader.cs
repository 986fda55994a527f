using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>The common header. (RFC 9260 §3.1)</summary>
internal readonly record struct PacketHeader(ushort SourcePort, ushort DestinationPort, uint VerificationTag, uint Checksum)
{
    public static bool TryRead(ReadOnlySpan<byte> packet, out PacketHeader header)
    {
        header = default;
        if (packet.Length < PacketWriter.HeaderLength) return false;
        // The checksum travels with its low byte first. (RFC 9260 appendix A)
        header = new PacketHeader(
            BinaryPrimitives.ReadUInt16BigEndian(packet),
            BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]));
        return true;
    }
}
