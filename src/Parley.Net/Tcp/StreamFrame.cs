using System.Buffers.Binary;

namespace Parley.Net.Tcp;

/// <summary>A datagram in a byte stream: two bytes of length, most significant first, then the datagram. (RFC 4571 §2)</summary>
public static class StreamFrame
{
    public const int HeaderLength = 2;

    /// <summary>The longest datagram taken, in bytes. The format could carry 65,535; nothing that we speak is longer than this.</summary>
    public const int MaxPayloadLength = Shard.MaxDatagramSize;

    /// <summary>Header and longest datagram, in bytes.</summary>
    public const int MaxLength = HeaderLength + MaxPayloadLength;

    /// <summary>Writes the frame of <paramref name="payload"/>, at most <see cref="MaxPayloadLength"/> bytes; the frame's length.</summary>
    public static int Write(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayloadLength, nameof(payload));
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)payload.Length);
        payload.CopyTo(destination[HeaderLength..]);
        return HeaderLength + payload.Length;
    }
}
