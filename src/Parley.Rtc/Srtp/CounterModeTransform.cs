using System.Buffers.Binary;
using Parley.Rtc.Crypto;

namespace Parley.Rtc.Srtp;

/// <summary>AES-128 counter mode with HMAC-SHA1 cut to 80 bits. (RFC 3711 §4.1.1, §4.2.1)</summary>
internal sealed class CounterModeTransform : SrtpTransform
{
    public const int SaltLength = 14;
    public const int AuthenticationKeyLength = 20;

    private const int BlockLength = 16;

    private readonly AesCounterCipher _rtp;
    private readonly AesCounterCipher _rtcp;
    private readonly HmacSha1 _rtpAuthenticator;
    private readonly HmacSha1 _rtcpAuthenticator;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    private CounterModeTransform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        _rtp = AesCounterCipher.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpCipherKey, key.Length));
        _rtcp = AesCounterCipher.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtcpCipherKey, key.Length));
        _rtpAuthenticator = HmacSha1.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpAuthenticationKey, AuthenticationKeyLength));
        _rtcpAuthenticator = HmacSha1.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtcpAuthenticationKey, AuthenticationKeyLength));
        _rtpSalt = SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpSalt, SaltLength);
        _rtcpSalt = SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtcpSalt, SaltLength);
    }

    public override int TagLength => 10;

    public static CounterModeTransform Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt) => new(key, salt);

    public override void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Crypt(_rtp, _rtpSalt, packet[headerLength..^TagLength], ssrc, index);
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        RtpDigest(packet[..^TagLength], index, digest);
        digest[..TagLength].CopyTo(packet[^TagLength..]);
    }

    public override bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        RtpDigest(packet[..^TagLength], index, digest);
        if (!IsTag(packet[^TagLength..], digest)) return false;
        Crypt(_rtp, _rtpSalt, packet[headerLength..^TagLength], ssrc, index);
        return true;
    }

    public override void ProtectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        var authenticated = packet[..^TagLength];
        Crypt(_rtcp, _rtcpSalt, authenticated[RtcpHeaderLength..^RtcpIndexLength], ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(authenticated[^RtcpIndexLength..], RtcpEncryptedFlag | index);
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        _rtcpAuthenticator.Compute(authenticated, [], digest);
        digest[..TagLength].CopyTo(packet[^TagLength..]);
    }

    public override bool TryUnprotectRtcp(Span<byte> packet, uint ssrc)
    {
        var authenticated = packet[..^TagLength];
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        _rtcpAuthenticator.Compute(authenticated, [], digest);
        if (!IsTag(packet[^TagLength..], digest)) return false;
        var word = RtcpIndexWord(packet);
        if ((word & RtcpEncryptedFlag) != 0)
            Crypt(_rtcp, _rtcpSalt, authenticated[RtcpHeaderLength..^RtcpIndexLength], ssrc, word & ~RtcpEncryptedFlag);
        return true;
    }

    /// <summary>The index word stands before the tag. (RFC 3711 §3.4)</summary>
    public override uint RtcpIndexWord(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[^(TagLength + RtcpIndexLength)..]);

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        _rtpAuthenticator.Dispose();
        _rtcpAuthenticator.Dispose();
    }

    /// <summary>The tag covers the packet and the rollover counter, which is not sent. (RFC 3711 §4.2)</summary>
    private void RtpDigest(ReadOnlySpan<byte> packet, ulong index, Span<byte> digest)
    {
        Span<byte> rollovers = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(rollovers, (uint)(index >> 16));
        _rtpAuthenticator.Compute(packet, rollovers, digest);
    }

    /// <summary>The first 80 bits are compared as a whole: the time does not depend on where they differ.</summary>
    private static bool IsTag(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> digest)
    {
        const int Rest = sizeof(ulong);
        var difference = BinaryPrimitives.ReadUInt64LittleEndian(tag) ^ BinaryPrimitives.ReadUInt64LittleEndian(digest);
        var rest = BinaryPrimitives.ReadUInt16LittleEndian(tag[Rest..]) ^ BinaryPrimitives.ReadUInt16LittleEndian(digest[Rest..]);
        return (difference | (uint)rest) == 0;
    }

    /// <summary>IV = (salt · 2^16) XOR (SSRC · 2^64) XOR (index · 2^16). (RFC 3711 §4.1.1)</summary>
    private static void Crypt(AesCounterCipher cipher, ReadOnlySpan<byte> salt, Span<byte> text, uint ssrc, ulong index)
    {
        Span<byte> initial = stackalloc byte[BlockLength];
        initial[14..].Clear();
        salt.CopyTo(initial);
        BinaryPrimitives.WriteUInt64BigEndian(initial, BinaryPrimitives.ReadUInt64BigEndian(initial) ^ ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(initial[8..], BinaryPrimitives.ReadUInt64BigEndian(initial[8..]) ^ (index << 16));
        cipher.Apply(initial, text);
    }
}
