using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>One chunk, or one parameter, of a packet: its header's fields, its value, and all of it as it was sent.</summary>
internal readonly ref struct Chunk(ReadOnlySpan<byte> whole)
{
    public const int HeaderLength = 4;

    /// <summary>Header and value, without padding.</summary>
    public ReadOnlySpan<byte> Whole { get; } = whole;

    public ReadOnlySpan<byte> Value => Whole[HeaderLength..];

    public ChunkType Type => (ChunkType)Whole[0];

    public byte Flags => Whole[1];

    /// <summary>When this is a parameter or an error cause, its 16-bit type.</summary>
    public ushort ParameterType => BinaryPrimitives.ReadUInt16BigEndian(Whole);
}

/// <summary>
/// Walks chunks, or the parameters and causes that have the same shape: two bytes of type, a 16-bit length that counts the
/// header but not the padding, and padding to four bytes. (RFC 9260 §3.2, §3.2.1)
/// </summary>
internal ref struct ChunkReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The bytes that remain do not make a chunk.</summary>
    public bool IsMalformed { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryRead(out Chunk chunk)
    {
        chunk = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < Chunk.HeaderLength) return Malformed();
        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < Chunk.HeaderLength || length > _rest.Length) return Malformed();
        chunk = new Chunk(_rest[..length]);
        // The last one's padding may be missing: receivers are to accept that. (§3.2)
        _rest = _rest[Math.Min(PacketWriter.Pad(length), _rest.Length)..];
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        _rest = default;
        return false;
    }
}
