namespace Parley.Rtc.Srtp;

/// <summary>
/// One direction's cipher and session keys: turns packets with a known index into protected ones and back, in place,
/// with no memory of earlier packets.
/// </summary>
internal abstract class SrtpTransform : IDisposable
{
    /// <summary>Bytes of SRTCP's E flag and index. (RFC 3711 §3.4)</summary>
    public const int RtcpIndexLength = 4;

    /// <summary>The E flag of the SRTCP index word: the packet is encrypted.</summary>
    public const uint RtcpEncryptedFlag = 0x8000_0000;

    /// <summary>RTCP's header and sender SSRC, which stay in the clear.</summary>
    public const int RtcpHeaderLength = 8;

    /// <summary>Bytes of authentication tag.</summary>
    public abstract int TagLength { get; }

    public static SrtpTransform Create(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) =>
        profile == SrtpProfile.Aes128CmSha1_80
            ? CounterModeTransform.Derive(masterKey, masterSalt)
            : GcmTransform.Derive(masterKey, masterSalt);

    /// <param name="packet">Header, payload, and <see cref="TagLength"/> bytes of room.</param>
    public abstract void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <param name="packet">Header, payload and tag; the payload is decrypted only when the tag holds.</param>
    public abstract bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <param name="packet">An RTCP compound, and room for the tag and the index word.</param>
    public abstract void ProtectRtcp(Span<byte> packet, uint ssrc, uint index);

    /// <param name="packet">A whole SRTCP packet; decrypted only when the tag holds.</param>
    public abstract bool TryUnprotectRtcp(Span<byte> packet, uint ssrc);

    /// <summary>The index word (E flag and 31-bit index) of an SRTCP packet.</summary>
    public abstract uint RtcpIndexWord(ReadOnlySpan<byte> packet);

    /// <summary>Fetches the keys of RTP. (<see cref="CacheHint"/>)</summary>
    public virtual void Anticipate(int step)
    {
    }

    public abstract void Dispose();
}
