using System.Buffers.Binary;

namespace Parley.Rtc.Srtp;

/// <summary>
/// SRTP and SRTCP of one peer connection, both directions. (RFC 3711, RFC 7714.) Packets are transformed in place; a
/// packet that is not authentic changes nothing but a counter. Nothing is allocated per packet. Not thread-safe.
/// </summary>
public sealed class SrtpSession : IDisposable
{
    /// <summary>SSRCs remembered in each direction; a packet of one more is refused.</summary>
    public const int MaxSources = 32;

    /// <summary>No protected RTP packet is longer than the plain one by more than this many bytes.</summary>
    public const int MaxRtpOverhead = 16;

    /// <summary>No protected RTCP packet is longer than the plain one by more than this many bytes.</summary>
    public const int MaxRtcpOverhead = 20;

    private readonly SrtpTransform _outbound;
    private readonly SrtpTransform _inbound;
    private readonly SrtpSourceTable _sent = new(MaxSources);
    private readonly SrtpSourceTable _received = new(MaxSources);

    /// <summary>Derives the session keys; <paramref name="keys"/> is not kept.</summary>
    /// <exception cref="ArgumentException">A key or salt does not have the profile's length.</exception>
    public SrtpSession(SrtpProfile profile, SrtpKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (profile is not (SrtpProfile.Aes128CmSha1_80 or SrtpProfile.AeadAes128Gcm or SrtpProfile.AeadAes256Gcm))
            throw new ArgumentException($"{profile} is not a profile of this session.", nameof(profile));
        if (keys.LocalKey.Length != profile.KeyLength() || keys.RemoteKey.Length != profile.KeyLength()
            || keys.LocalSalt.Length != profile.SaltLength() || keys.RemoteSalt.Length != profile.SaltLength())
            throw new ArgumentException($"{profile} takes keys of {profile.KeyLength()} and salts of {profile.SaltLength()} bytes.", nameof(keys));
        Profile = profile;
        _outbound = SrtpTransform.Create(profile, keys.LocalKey, keys.LocalSalt);
        _inbound = SrtpTransform.Create(profile, keys.RemoteKey, keys.RemoteSalt);
    }

    public SrtpProfile Profile { get; }

    /// <summary>Outcomes of <see cref="UnprotectRtp"/>.</summary>
    public CounterTable<SrtpStatus> ReceivedRtp { get; } = new();

    /// <summary>Outcomes of <see cref="UnprotectRtcp"/>.</summary>
    public CounterTable<SrtpStatus> ReceivedRtcp { get; } = new();

    /// <summary>Outcomes of <see cref="TryProtectRtp"/> and <see cref="TryProtectRtcp"/>.</summary>
    public CounterTable<SrtpStatus> Sent { get; } = new();

    /// <summary>Protects the RTP packet in the first <paramref name="length"/> bytes of <paramref name="packet"/>.</summary>
    /// <param name="packet">The packet and at least <see cref="MaxRtpOverhead"/> bytes of room behind it.</param>
    /// <returns>False, with the reason counted in <see cref="Sent"/> and the packet untouched, when it cannot be sent.</returns>
    public bool TryProtectRtp(Span<byte> packet, int length, out int protectedLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)packet.Length, nameof(length));
        var status = ProtectRtp(packet, length);
        Sent.Increment(status);
        protectedLength = status == SrtpStatus.Ok ? length + _outbound.TagLength : 0;
        return status == SrtpStatus.Ok;
    }

    /// <summary>Checks and decrypts an SRTP packet; <paramref name="length"/> is that of the RTP packet.</summary>
    public SrtpStatus UnprotectRtp(Span<byte> packet, out int length)
    {
        var status = UnprotectRtp(packet);
        ReceivedRtp.Increment(status);
        length = status == SrtpStatus.Ok ? packet.Length - _inbound.TagLength : 0;
        return status;
    }

    /// <summary>Protects the RTCP compound in the first <paramref name="length"/> bytes of <paramref name="packet"/>.</summary>
    /// <param name="packet">The compound and at least <see cref="MaxRtcpOverhead"/> bytes of room behind it.</param>
    /// <returns>False, with the reason counted in <see cref="Sent"/> and the packet untouched, when it cannot be sent.</returns>
    public bool TryProtectRtcp(Span<byte> packet, int length, out int protectedLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)packet.Length, nameof(length));
        var status = ProtectRtcp(packet, length);
        Sent.Increment(status);
        protectedLength = status == SrtpStatus.Ok ? length + _outbound.TagLength + SrtpTransform.RtcpIndexLength : 0;
        return status == SrtpStatus.Ok;
    }

    /// <summary>Checks and decrypts an SRTCP packet; <paramref name="length"/> is that of the RTCP compound.</summary>
    public SrtpStatus UnprotectRtcp(Span<byte> packet, out int length)
    {
        var status = UnprotectRtcp(packet);
        ReceivedRtcp.Increment(status);
        length = status == SrtpStatus.Ok ? packet.Length - _inbound.TagLength - SrtpTransform.RtcpIndexLength : 0;
        return status;
    }

    /// <summary>Fetches what lies <paramref name="step"/> references behind this. (<see cref="CacheHint"/>)</summary>
    internal void Anticipate(int step)
    {
        if (step == 0)
        {
            CacheHint.Prefetch(_inbound, 64);
            CacheHint.Prefetch(_outbound, 64);
            CacheHint.Prefetch(_received, 64);
            CacheHint.Prefetch(_sent, 64);
            return;
        }
        _inbound.Anticipate(step - 1);
        _outbound.Anticipate(step - 1);
        if (step > 1) return;
        _received.Anticipate();
        _sent.Anticipate();
    }

    public void Dispose()
    {
        _outbound.Dispose();
        _inbound.Dispose();
    }

    private SrtpStatus ProtectRtp(Span<byte> packet, int length)
    {
        if (!TryReadRtpHeader(packet[..length], out var header)) return SrtpStatus.Malformed;
        if (packet.Length - length < _outbound.TagLength) return SrtpStatus.NoRoom;
        ref var source = ref _sent.Find(header.Ssrc, out var isKnown);
        if (!isKnown && _sent.IsFull) return SrtpStatus.TooManySources;
        var index = SrtpSource.EstimateRtpIndex(source.Rtp, header.Sequence);
        if (index > SrtpSource.MaxRtpIndex) return SrtpStatus.KeyExhausted;
        // A second packet with the same index would use a key stream twice, which for GCM gives the key away (RFC 7714 §8.1).
        var status = source.Rtp.Check(index);
        if (status != SrtpStatus.Ok) return status;
        _outbound.ProtectRtp(packet[..(length + _outbound.TagLength)], header.Length, header.Ssrc, index);
        if (!isKnown) source = ref _sent.Add(header.Ssrc);
        source.Rtp.Accept(index);
        return SrtpStatus.Ok;
    }

    private SrtpStatus UnprotectRtp(Span<byte> packet)
    {
        if (packet.Length < _inbound.TagLength) return SrtpStatus.Malformed;
        if (!TryReadRtpHeader(packet[..^_inbound.TagLength], out var header)) return SrtpStatus.Malformed;
        ref var source = ref _received.Find(header.Ssrc, out var isKnown);
        if (!isKnown && _received.IsFull) return SrtpStatus.TooManySources;
        var index = SrtpSource.EstimateRtpIndex(source.Rtp, header.Sequence);
        if (index > SrtpSource.MaxRtpIndex) return SrtpStatus.AuthenticationFailed;
        var status = source.Rtp.Check(index);
        if (status != SrtpStatus.Ok) return status;
        if (!_inbound.TryUnprotectRtp(packet, header.Length, header.Ssrc, index)) return SrtpStatus.AuthenticationFailed;
        if (!isKnown) source = ref _received.Add(header.Ssrc);
        source.Rtp.Accept(index);
        return SrtpStatus.Ok;
    }

    private SrtpStatus ProtectRtcp(Span<byte> packet, int length)
    {
        if (!IsRtcp(packet[..length])) return SrtpStatus.Malformed;
        var overhead = _outbound.TagLength + SrtpTransform.RtcpIndexLength;
        if (packet.Length - length < overhead) return SrtpStatus.NoRoom;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        ref var source = ref _sent.Find(ssrc, out var isKnown);
        if (!isKnown && _sent.IsFull) return SrtpStatus.TooManySources;
        // The first SRTCP packet has index 0 (RFC 3711 §3.4).
        var index = source.Rtcp.IsEmpty ? 0 : source.Rtcp.Newest + 1;
        if (index > SrtpSource.MaxRtcpIndex) return SrtpStatus.KeyExhausted;
        _outbound.ProtectRtcp(packet[..(length + overhead)], ssrc, (uint)index);
        if (!isKnown) source = ref _sent.Add(ssrc);
        source.Rtcp.Accept(index);
        return SrtpStatus.Ok;
    }

    private SrtpStatus UnprotectRtcp(Span<byte> packet)
    {
        var overhead = _inbound.TagLength + SrtpTransform.RtcpIndexLength;
        if (packet.Length < overhead || !IsRtcp(packet[..^overhead])) return SrtpStatus.Malformed;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        ref var source = ref _received.Find(ssrc, out var isKnown);
        if (!isKnown && _received.IsFull) return SrtpStatus.TooManySources;
        var index = _inbound.RtcpIndexWord(packet) & ~SrtpTransform.RtcpEncryptedFlag;
        var status = source.Rtcp.Check(index);
        if (status != SrtpStatus.Ok) return status;
        if (!_inbound.TryUnprotectRtcp(packet, ssrc)) return SrtpStatus.AuthenticationFailed;
        if (!isKnown) source = ref _received.Add(ssrc);
        source.Rtcp.Accept(index);
        return SrtpStatus.Ok;
    }

    private static bool IsRtcp(ReadOnlySpan<byte> packet) => packet.Length >= SrtpTransform.RtcpHeaderLength && packet[0] >> 6 == 2;

    /// <summary>Fixed header, CSRCs and extension: the part that stays in the clear. (RFC 3550 §5.1, §5.3.1)</summary>
    private static bool TryReadRtpHeader(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        header = default;
        if (packet.Length < 12 || packet[0] >> 6 != 2) return false;
        var length = 12 + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4) return false;
            length += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]);
        }
        if (packet.Length < length) return false;
        header = new RtpHeader(length, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), BinaryPrimitives.ReadUInt32BigEndian(packet[8..]));
        return true;
    }

    private readonly record struct RtpHeader(int Length, ushort Sequence, uint Ssrc);
}
