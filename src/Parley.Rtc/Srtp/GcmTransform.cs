using System.Buffers.Binary;

namespace Parley.Rtc.Srtp;

/// <summary>AEAD_AES_128_GCM and AEAD_AES_256_GCM. (RFC 7714)</summary>
internal sealed class GcmTransform : SrtpTransform
{
    public const int SaltLength = 12;

    private readonly AesGcmCipher _rtp;
    private readonly AesGcmCipher _rtcp;
    private readonly GcmNonce _rtpSalt;
    private readonly GcmNonce _rtcpSalt;

    /// <param name="rtpSalt">Session salt of 12 bytes, as <paramref name="rtcpSalt"/>.</param>
    public GcmTransform(AesGcmCipher rtp, byte[] rtpSalt, AesGcmCipher rtcp, byte[] rtcpSalt)
    {
        _rtp = rtp;
        _rtpSalt = GcmNonce.Read(rtpSalt);
        _rtcp = rtcp;
        _rtcpSalt = GcmNonce.Read(rtcpSalt);
    }

    public override int TagLength => AesGcmCipher.TagLength;

    public static GcmTransform Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt) => new(
        AesGcmCipher.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpCipherKey, key.Length)),
        SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpSalt, SaltLength),
        AesGcmCipher.Create(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtcpCipherKey, key.Length)),
        SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtcpSalt, SaltLength));

    public override void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        var nonce = Nonce(_rtpSalt, ssrc, index);
        _rtp.Seal(nonce, packet[..headerLength], packet[headerLength..^TagLength], packet[^TagLength..]);
    }

    public override bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        var nonce = Nonce(_rtpSalt, ssrc, index);
        return _rtp.TryOpen(nonce, packet[..headerLength], packet[headerLength..^TagLength], packet[^TagLength..]);
    }

    public override void ProtectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        var word = RtcpEncryptedFlag | index;
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpIndexLength..], word);
        var nonce = Nonce(_rtcpSalt, ssrc, index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet, word);
        var sealedPart = packet[RtcpHeaderLength..^RtcpIndexLength];
        _rtcp.Seal(nonce, associated, sealedPart[..^TagLength], sealedPart[^TagLength..]);
    }

    public override bool TryUnprotectRtcp(Span<byte> packet, uint ssrc)
    {
        var word = RtcpIndexWord(packet);
        var nonce = Nonce(_rtcpSalt, ssrc, word & ~RtcpEncryptedFlag);
        var sealedPart = packet[RtcpHeaderLength..^RtcpIndexLength];
        if ((word & RtcpEncryptedFlag) == 0) return IsTagged(nonce, packet, sealedPart[^TagLength..]);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet, word);
        return _rtcp.TryOpen(nonce, associated, sealedPart[..^TagLength], sealedPart[^TagLength..]);
    }

    /// <summary>The tag stands before the index word. (RFC 7714 §9.1)</summary>
    public override uint RtcpIndexWord(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^RtcpIndexLength..]);

    public override void Anticipate(int step)
    {
        if (step == 0) CacheHint.Prefetch(_rtp, 32);
        else _rtp.Anticipate(step - 1);
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    /// <summary>
    /// A compound that its sender chose not to encrypt (E = 0): all of it and the index word are associated data (RFC
    /// 7714 §9.3). They are moved together in place, and back, so that no second buffer is needed.
    /// </summary>
    private bool IsTagged(GcmNonce nonce, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        Span<byte> receivedTag = stackalloc byte[AesGcmCipher.TagLength];
        tag.CopyTo(receivedTag);
        var word = RtcpIndexWord(packet);
        var compound = packet.Length - TagLength - RtcpIndexLength;
        BinaryPrimitives.WriteUInt32BigEndian(packet[compound..], word);
        var holds = _rtcp.TryOpen(nonce, packet[..(compound + RtcpIndexLength)], [], receivedTag);
        receivedTag.CopyTo(packet[compound..]);
        return holds;
    }

    /// <summary>SSRC and index, aligned as RFC 7714 §8.1 (RTP) and §9.1 (RTCP) draw them, XOR the salt.</summary>
    private static GcmNonce Nonce(GcmNonce salt, uint ssrc, ulong index) =>
        new(salt.First ^ ((ulong)ssrc << 16) ^ (index >> 32), salt.Last ^ (uint)index);

    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> packet, uint indexWord)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], indexWord);
    }
}
