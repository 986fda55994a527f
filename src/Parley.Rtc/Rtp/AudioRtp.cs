using System.Text;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Rtp;

/// <summary>
/// The one audio stream in each direction: RTP in and out of SRTP, and the RTCP that goes with it. Nothing is allocated per
/// packet, except when the remote begins a new stream. (RFC 3550, RFC 7587; docs/design/rtp.md)
/// </summary>
internal sealed class AudioRtp : IDisposable
{
    /// <summary>Opus over RTP always counts 48 kHz. (RFC 7587 §4.1)</summary>
    public const int ClockRate = 48_000;

    /// <summary>A stream silent for this long is no longer reported as a sender: about two report intervals. (RFC 3550 §6.3.8)</summary>
    private static readonly TimeSpan SenderTimeout = TimeSpan.FromSeconds(10);

    private readonly uint _ssrc;
    private readonly byte[] _cname;
    private readonly IRandomSource _random;
    private SrtpSession? _srtp;
    private SeqNo _nextSequence;
    private long _packetsSent;
    private long _payloadBytesSent;
    private long _packetsReceived;
    private long _payloadBytesReceived;
    private uint _lastTimestamp;
    private Instant _lastSent;
    private ReceiverStatistics? _received;
    private ReportBlock? _remoteReport;
    private TimeSpan? _roundTripTime;

    public AudioRtp(uint ssrc, string cname, IRandomSource random)
    {
        _ssrc = ssrc;
        _cname = Encoding.UTF8.GetBytes(cname);
        _random = random;
        // The upper half of the range is left free so that early losses cannot be mistaken for a rollover. (RFC 3711 §3.3.1)
        _nextSequence = new SeqNo((ushort)(random.NextUInt32() & 0x7FFF));
    }

    /// <summary>Negotiated; 0…127.</summary>
    public byte PayloadType { get; set; }

    public bool HasKeys => _srtp is not null;

    /// <summary>When <see cref="TryWriteReport"/> is to be called.</summary>
    public Instant NextReport { get; private set; } = Instant.Never;

    public void Start(SrtpProfile profile, SrtpKeys keys, Instant now)
    {
        _srtp = new SrtpSession(profile, keys);
        NextReport = now + RtcpSchedule.NextInterval(isFirst: true, _random);
    }

    /// <summary>Writes one protected packet; false when it cannot be protected. The slot must have room for it.</summary>
    public bool TryWriteAudio(Span<byte> slot, ReadOnlySpan<byte> opus, uint timestamp, bool marker, Instant now, out int length)
    {
        length = 0;
        if (_srtp is null) return false;
        new RtpHeader { Marker = marker, PayloadType = PayloadType, SequenceNumber = _nextSequence, Timestamp = timestamp, Ssrc = _ssrc }.Write(slot);
        opus.CopyTo(slot[RtpHeader.FixedLength..]);
        if (!_srtp.TryProtectRtp(slot, RtpHeader.FixedLength + opus.Length, out length)) return false;
        _nextSequence = _nextSequence.Next;
        _packetsSent++;
        _payloadBytesSent += opus.Length;
        _lastTimestamp = timestamp;
        _lastSent = now;
        return true;
    }

    /// <summary>
    /// Takes one SRTP packet, decrypting in place. Null when it counts; <paramref name="isNewest"/> then says that no later
    /// packet of its stream came before it.
    /// </summary>
    public PeerDropReason? HandleRtp(Span<byte> packet, Instant now, out RtpHeader header, out bool isNewest)
    {
        header = default;
        isNewest = false;
        if (_srtp is null) return PeerDropReason.MediaBeforeKeys;
        if (Drop(_srtp.UnprotectRtp(packet, out var length)) is { } reason) return reason;
        if (RtpHeader.TryParse(packet[..length], out header) != RtpParseStatus.Ok) return PeerDropReason.MalformedRtp;
        if (header.PayloadType != PayloadType) return PeerDropReason.UnexpectedPayloadType;
        // Browsers may change the SSRC in mid-call (a replaced track); the newest authentic one is the stream.
        if (_received?.Ssrc != header.Ssrc) _received = new ReceiverStatistics(header.Ssrc, ClockRate);
        isNewest = _received.HandlePacket(header.SequenceNumber, header.Timestamp, now);
        _packetsReceived++;
        _payloadBytesReceived += header.PayloadLength;
        return null;
    }

    /// <summary>Takes one SRTCP packet, decrypting in place. Null when it counts.</summary>
    public PeerDropReason? HandleRtcp(Span<byte> packet, Instant now)
    {
        if (_srtp is null) return PeerDropReason.MediaBeforeKeys;
        if (Drop(_srtp.UnprotectRtcp(packet, out var length)) is { } reason) return reason;
        if (!RtcpReader.TryCreate(packet[..length], out var reader)) return PeerDropReason.MalformedRtcp;
        while (reader.TryRead(out var item)) Handle(item, now);
        return null;
    }

    /// <summary>Writes a protected compound of report, SDES and, at the end, BYE; false without keys.</summary>
    public bool TryWriteReport(Span<byte> slot, bool isGoodbye, Instant now, out int length)
    {
        length = 0;
        if (_srtp is null) return false;
        NextReport = isGoodbye ? Instant.Never : now + RtcpSchedule.NextInterval(isFirst: false, _random);
        var writer = new RtcpWriter(slot);
        var block = _received?.TakeReportBlock(now);
        if (_packetsSent > 0 && now - _lastSent < SenderTimeout) writer.AddSenderReport(MakeSenderInfo(now), block);
        else writer.AddReceiverReport(_ssrc, block);
        writer.AddCname(_ssrc, _cname);
        if (isGoodbye) writer.AddGoodbye(_ssrc);
        return _srtp.TryProtectRtcp(slot, writer.Length, out length);
    }

    public PeerStats Stats => new()
    {
        RoundTripTime = _roundTripTime,
        PacketsSent = _packetsSent,
        PayloadBytesSent = _payloadBytesSent,
        PacketsReceived = _packetsReceived,
        PayloadBytesReceived = _payloadBytesReceived,
        PacketsLost = Math.Max(0, _received?.Lost ?? 0),
        Jitter = _received?.Jitter ?? TimeSpan.Zero,
        RemoteFractionLost = (_remoteReport?.FractionLost ?? 0) / 256.0,
        RemotePacketsLost = Math.Max(0, _remoteReport?.CumulativeLost ?? 0),
        RemoteJitter = TimeSpan.FromSeconds((_remoteReport?.Jitter ?? 0) / (double)ClockRate),
        RemoteHighestSequence = _remoteReport?.HighestSequence,
    };

    public void Dispose()
    {
        _srtp?.Dispose();
        _srtp = null;
        NextReport = Instant.Never;
    }

    private void Handle(RtcpPacket packet, Instant now)
    {
        if (packet.TryReadSenderInfo(out var info) && info.Ssrc == _received?.Ssrc) _received.HandleSenderReport(info.NtpTime, now);
        for (var i = 0; packet.TryReadReportBlock(i, out var block); i++)
            if (block.Ssrc == _ssrc) HandleReport(block, now);
        for (var i = 0; packet.TryReadGoodbye(i, out var ssrc); i++)
            if (ssrc == _received?.Ssrc) _received = null;
    }

    private void HandleReport(in ReportBlock block, Instant now)
    {
        _remoteReport = block;
        if (block.LastSenderReport == 0) return;
        // A − LSR − DLSR in 1/65536 s, modulo 2³². (RFC 3550 §6.4.1) Clocks of both sides round: a little below zero is zero.
        var elapsed = (int)(NtpClock.Middle(NtpClock.From(now)) - block.LastSenderReport - block.DelaySinceLastSenderReport);
        _roundTripTime = NtpClock.ToTimeSpan((uint)Math.Max(0, elapsed));
    }

    private SenderInfo MakeSenderInfo(Instant now) => new()
    {
        Ssrc = _ssrc,
        NtpTime = NtpClock.From(now),
        RtpTimestamp = _lastTimestamp + (uint)((now - _lastSent).Ticks * ClockRate / TimeSpan.TicksPerSecond),
        PacketCount = (uint)_packetsSent,
        OctetCount = (uint)_payloadBytesSent,
    };

    private static PeerDropReason? Drop(SrtpStatus status) => status switch
    {
        SrtpStatus.Ok => null,
        SrtpStatus.Replayed or SrtpStatus.TooOld => PeerDropReason.SrtpReplayed,
        SrtpStatus.TooManySources => PeerDropReason.TooManySources,
        _ => PeerDropReason.SrtpNotAuthentic,
    };
}
