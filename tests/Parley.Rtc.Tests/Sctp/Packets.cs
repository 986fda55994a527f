using System.Buffers.Binary;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Packets written by hand.</summary>
internal static class Packets
{
    public static byte[] Of(uint verificationTag, params byte[][] chunks)
    {
        var packet = new byte[PacketWriter.HeaderLength + chunks.Sum(c => PacketWriter.Pad(c.Length))];
        BinaryPrimitives.WriteUInt16BigEndian(packet, 5000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 5000);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), verificationTag);
        var offset = PacketWriter.HeaderLength;
        foreach (var chunk in chunks)
        {
            chunk.CopyTo(packet, offset);
            offset += PacketWriter.Pad(chunk.Length);
        }
        return Seal(packet);
    }

    public static byte[] Chunk(ChunkType type, byte flags, params ReadOnlySpan<byte> value)
    {
        var chunk = new byte[4 + value.Length];
        chunk[0] = (byte)type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(2), (ushort)chunk.Length);
        value.CopyTo(chunk.AsSpan(4));
        return chunk;
    }

    public static byte[] Data(uint tsn, ushort stream, ushort ssn, DataFlags flags, int length, uint protocol = 53)
    {
        var value = new byte[DataHeader.Length + length];
        new DataHeader(new Tsn(tsn), stream, ssn, protocol, flags).Write(value);
        return Chunk(ChunkType.Data, (byte)flags, value);
    }

    public static byte[] Sack(uint cumulative, uint window, params GapBlock[] gaps)
    {
        var value = new byte[SackChunk.FixedLength + gaps.Length * SackChunk.EntryLength];
        SackChunk.Write(value, new Tsn(cumulative), window, gaps, []);
        return Chunk(ChunkType.Sack, 0, value);
    }

    /// <summary>Writes the right checksum into a changed packet.</summary>
    public static byte[] Seal(byte[] packet)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Crc32c.OfPacket(packet));
        return packet;
    }

    public static uint Tag(byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4));

    public static ChunkType FirstType(byte[] packet) => (ChunkType)packet[PacketWriter.HeaderLength];

    public static List<(ChunkType Type, byte Flags, byte[] Value)> Chunks(byte[] packet)
    {
        var chunks = new List<(ChunkType, byte, byte[])>();
        var reader = new ChunkReader(packet.AsSpan(PacketWriter.HeaderLength));
        while (reader.TryRead(out var chunk)) chunks.Add((chunk.Type, chunk.Flags, chunk.Value.ToArray()));
        return chunks;
    }
}
