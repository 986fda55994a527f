using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>
/// What we must know to become established, kept by the peer until it echoes it, and authenticated under a key that lives
/// and dies with the association. (RFC 9260 §5.1.3)
/// </summary>
internal sealed class StateCookie
{
    public const int Length = BodyLength + HMACSHA256.HashSizeInBytes;

    // Our own tag and first TSN are not in it: they are the same for the association's life.
    private const int BodyLength = 28;

    private readonly byte[] _key = new byte[HMACSHA256.HashSizeInBytes];

    public StateCookie(IRandomSource random) => random.Fill(_key);

    public void Write(Span<byte> cookie, in InitFields peer, Instant now)
    {
        BinaryPrimitives.WriteUInt32BigEndian(cookie, peer.InitiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[4..], peer.ReceiverWindow);
        BinaryPrimitives.WriteUInt16BigEndian(cookie[8..], peer.OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(cookie[10..], peer.InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[12..], peer.InitialTsn.Value);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[16..], (peer.SupportsForwardTsn ? 1u : 0) | (peer.SupportsReconfig ? 2u : 0));
        BinaryPrimitives.WriteInt64BigEndian(cookie[20..], now.Ticks);
        HMACSHA256.HashData(_key, cookie[..BodyLength], cookie[BodyLength..]);
    }

    /// <summary>False when we did not write it.</summary>
    public bool TryRead(ReadOnlySpan<byte> cookie, out InitFields peer, out Instant created)
    {
        peer = default;
        created = default;
        if (cookie.Length != Length) return false;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, cookie[..BodyLength], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, cookie[BodyLength..])) return false;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(cookie[16..]);
        peer = new InitFields(
            BinaryPrimitives.ReadUInt32BigEndian(cookie),
            BinaryPrimitives.ReadUInt32BigEndian(cookie[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(cookie[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(cookie[10..]),
            new Tsn(BinaryPrimitives.ReadUInt32BigEndian(cookie[12..])),
            SupportsForwardTsn: (flags & 1) != 0,
            SupportsReconfig: (flags & 2) != 0);
        created = new Instant(BinaryPrimitives.ReadInt64BigEndian(cookie[20..]));
        return true;
    }
}
