using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>Writes one packet into a span: the common header, then chunks while they fit, then the checksum. (RFC 9260 §3)</summary>
internal ref struct PacketWriter
{
    public const int HeaderLength = 12;

    private readonly Span<byte> _buffer;

    public PacketWriter(Span<byte> buffer, ushort sourcePort, ushort destinationPort, uint verificationTag)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], verificationTag);
        Length = HeaderLength;
    }

    /// <summary>Bytes written so far; always a multiple of four.</summary>
    public int Length { get; private set; }

    public readonly bool IsEmpty => Length == HeaderLength;

    /// <summary>The longest value that a further chunk could have.</summary>
    public readonly int Room => ((_buffer.Length - Length) & ~3) - Chunk.HeaderLength;

    /// <summary>Adds a chunk with a value of <paramref name="length"/> bytes, which the caller fills in; false when it does not fit.</summary>
    public bool TryAdd(ChunkType type, byte flags, int length, out Span<byte> value)
    {
        value = default;
        if (length > Room) return false;
        var whole = _buffer.Slice(Length, Pad(Chunk.HeaderLength + length));
        whole[0] = (byte)type;
        whole[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(whole[2..], (ushort)(Chunk.HeaderLength + length));
        value = whole.Slice(Chunk.HeaderLength, length);
        whole[(Chunk.HeaderLength + length)..].Clear();
        Length += whole.Length;
        return true;
    }

    /// <summary>Writes the checksum and returns the packet's length.</summary>
    public readonly int Finish()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[8..], Crc32c.OfPacket(_buffer[..Length]));
        return Length;
    }

    public static int Pad(int length) => (length + 3) & ~3;
}
