using System.Text;
using Parley.Rtc.Rtp.Congestion;
using Parley.Rtc.Rtp.Feedback;
using Parley.Rtc.Sdp;
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

    /// <summary>A packet is not sent again more often than this, or than the round trip.</summary>
    private static readonly TimeSpan MinResendSpacing = TimeSpan.FromMilliseconds(10);

    /// <summary>Packets that one RTCP compound can make us send again.</summary>
    private const int MaxResends = 32;

    private readonly uint _ssrc;
    private readonly byte[] _cname;
    private readonly IRandomSource _random;
    private readonly AudioSender _sender;
    private readonly AudioReceiver _receiver;
    private readonly RemoteReports _reports;
    private readonly SeqNo[] _resends = new SeqNo[MaxResends];
    private SrtpSession? _srtp;
    private SentPackets? _sent;
    private SendRateEstimator? _rate;
    private Instant _nextTransportFeedback = Instant.Never;
    private int _resendCount;
    private int _resent;
    private bool _isReducedSize;
    private bool _isRateMeasured;

    public AudioRtp(uint ssrc, string cname, IRandomSource random)
    {
        _ssrc = ssrc;
        _cname = Encoding.UTF8.GetBytes(cname);
        _random = random;
        _sender = new AudioSender(ssrc, random);
        _receiver = new AudioReceiver(Counters);
        _reports = new RemoteReports(ssrc);
    }

    public CounterTable<MediaCounter> Counters { get; } = new();

    public bool HasKeys => _srtp is not null;

    /// <inheritdoc cref="AudioSender.CanRepeat"/>
    public bool CanRepeat => _sender.CanRepeat;

    /// <inheritdoc cref="AudioSender.RedundancyLevels"/>
    public int RedundancyLevels
    {
        get => _sender.RedundancyLevels;
        set => _sender.RedundancyLevels = value;
    }

    /// <summary>The remote can ask for packets again.</summary>
    public bool CanResend { get; private set; }

    /// <summary>How long a lost packet of the remote takes to come once more; null when it is not asked for.</summary>
    public TimeSpan? RepairTime => _reports.RoundTripTime is { } trip && _receiver.Missing is { } missing ? missing.RepairTime(trip) : null;

    /// <summary>When <see cref="TryWriteReport"/> is to be called.</summary>
    public Instant NextReport { get; private set; } = Instant.Never;

    /// <summary>When <see cref="TryWriteFeedback"/> is to be called.</summary>
    public Instant NextFeedback => _receiver.Missing is { } missing ? Instant.Earlier(_nextTransportFeedback, missing.NextAsk) : _nextTransportFeedback;

    /// <summary>Of the stream that is heard; null before its first packet, and after its BYE.</summary>
    public uint? RemoteSsrc => _receiver.Stream?.Ssrc;

    /// <summary>Takes what was agreed about the audio, also when it is agreed anew in mid-call.</summary>
    public void Configure(RemoteAudio audio, TimeSpan maxRepairDelay)
    {
        _sender.Configure(audio);
        _receiver.Configure(audio, maxRepairDelay);
        _isReducedSize = audio.IsReducedSizeRtcp;
        CanResend = audio.Features.HasNack;
        if (!CanResend) _sent = null;
        _isRateMeasured = audio.Features.HasTransportFeedback && _sender.HasTransportSequence;
        if (_receiver.Arrivals is null) _nextTransportFeedback = Instant.Never;
    }

    public void Start(SrtpProfile profile, SrtpKeys keys, Instant now)
    {
        _srtp = new SrtpSession(profile, keys);
        NextReport = now + RtcpSchedule.NextInterval(isFirst: true, _random);
    }

    /// <summary>Our packets go somewhere else from now on.</summary>
    public void HandlePathChange() => _rate?.HandlePathChange();

    /// <summary>Fetches what lies <paramref name="step"/> references behind this. (<see cref="CacheHint"/>)</summary>
    public void Anticipate(int step)
    {
        if (step > 0)
        {
            _srtp?.Anticipate(step - 1);
            if (step > 1) return;
            CacheHint.Prefetch(_receiver.Stream, 128);
            CacheHint.Prefetch(_receiver.Arrivals, 64);
            return;
        }
        CacheHint.Prefetch(_srtp, 96);
        CacheHint.Prefetch(_receiver, 256);
        CacheHint.Prefetch(_sender, 128);
        CacheHint.Prefetch(_reports, 64);
        CacheHint.Prefetch(_sent, 64);
        CacheHint.Prefetch(_rate, 128);
    }

    /// <summary>Writes one protected packet; false when it cannot be protected. The slot must have room for it.</summary>
    public bool TryWriteAudio(Span<byte> slot, ReadOnlySpan<byte> opus, uint timestamp, bool marker, AudioLevel? level, Instant now, out int length)
    {
        length = 0;
        if (_srtp is null) return false;
        var plain = _sender.Write(slot, opus, timestamp, marker, level, now, out var sent);
        if (!_srtp.TryProtectRtp(slot, plain, out length)) return false;
        _sender.Commit(opus, timestamp, now);
        // Made with the first packet: a peer that only listens needs neither.
        if (CanResend) (_sent ??= new SentPackets()).Add(sent.Sequence, slot[..length]);
        if (_isRateMeasured) (_rate ??= new SendRateEstimator()).HandleSent(sent.TransportSequence, length, now);
        return true;
    }

    /// <summary>
    /// Takes one SRTP packet, decrypting in place, and queues its events. Null when it counts; <paramref name="isNewest"/> says that it is
    /// authentic and that no later packet of its stream came before it.
    /// </summary>
    public PeerDropReason? HandleRtp(Span<byte> packet, Instant now, AudioEventQueue events, out bool isNewest)
    {
        isNewest = false;
        if (_srtp is null) return PeerDropReason.MediaBeforeKeys;
        if (Drop(_srtp.UnprotectRtp(packet, out var length)) is { } reason) return reason;
        var refused = _receiver.Handle(packet[..length], _reports.RoundTripTime, now, events, out isNewest);
        if (_receiver.Arrivals is { HasNews: true } && _nextTransportFeedback.IsNever) _nextTransportFeedback = now + RtcpSchedule.NextFeedbackInterval(_random);
        return refused;
    }

    /// <summary>Takes one SRTCP packet, decrypting in place. Null when it counts. <see cref="TryWriteResend"/> may have work then.</summary>
    public PeerDropReason? HandleRtcp(Span<byte> packet, Instant now)
    {
        if (_srtp is null) return PeerDropReason.MediaBeforeKeys;
        if (Drop(_srtp.UnprotectRtcp(packet, out var length)) is { } reason) return reason;
        if (!RtcpReader.TryCreate(packet[..length], out var reader)) return PeerDropReason.MalformedRtcp;
        while (reader.TryRead(out var item)) Handle(item, now);
        return null;
    }

    /// <summary>Writes a packet that the remote asked for again; false when there is none. (RFC 4585 §6.2.1)</summary>
    public bool TryWriteResend(Span<byte> slot, Instant now, out int length)
    {
        length = 0;
        var spacing = _reports.RoundTripTime is { } trip && trip > MinResendSpacing ? trip : MinResendSpacing;
        while (_resent < _resendCount)
        {
            if (_sent!.TryTake(_resends[_resent++], slot, spacing, now, out length))
            {
                Counters.Increment(MediaCounter.PacketResent);
                return true;
            }
            Counters.Increment(MediaCounter.ResendRefused);
        }
        _resent = _resendCount = 0;
        return false;
    }

    /// <summary>Writes a protected compound of report, SDES and, at the end, BYE; false without keys.</summary>
    public bool TryWriteReport(Span<byte> slot, bool isGoodbye, Instant now, out int length)
    {
        length = 0;
        if (_srtp is null) return false;
        NextReport = isGoodbye ? Instant.Never : now + RtcpSchedule.NextInterval(isFirst: false, _random);
        var writer = new RtcpWriter(slot);
        var block = _receiver.Stream?.TakeReportBlock(now);
        if (_sender.TryDescribe(now, out var info)) writer.AddSenderReport(info, block);
        else writer.AddReceiverReport(_ssrc, block);
        writer.AddCname(_ssrc, _cname);
        if (isGoodbye) writer.AddGoodbye(_ssrc);
        return _srtp.TryProtectRtcp(slot, writer.Length, out length);
    }

    /// <summary>Writes what is due of requests for lost packets and of news about arrivals; false when nothing is.</summary>
    public bool TryWriteFeedback(Span<byte> slot, Instant now, out int length)
    {
        length = 0;
        if (_srtp is null) return false;
        Span<SeqNo> asks = stackalloc SeqNo[16];
        var asked = 0;
        if (_receiver.Missing is { } missing && _reports.RoundTripTime is { } roundTrip && missing.NextAsk <= now)
            asked = missing.TakeAsks(asks, roundTrip, now);
        Counters.Add(MediaCounter.ResendAsked, asked);
        var mediaSsrc = _receiver.Stream?.Ssrc ?? 0;
        var writer = new RtcpWriter(slot);
        var headLength = 0;
        if (!_isReducedSize)
        {
            // The smallest compound; what a report block would say stays for the report that is due. (RFC 4585 §3.1)
            writer.AddReceiverReport(_ssrc, null);
            writer.AddCname(_ssrc, _cname);
            headLength = writer.Length;
        }
        if (asked > 0) writer.AddNack(_ssrc, mediaSsrc, asks[..asked]);
        if (_nextTransportFeedback <= now)
        {
            var arrivals = _receiver.Arrivals!;
            if (writer.TryAddTransportFeedback(_ssrc, mediaSsrc, arrivals)) Counters.Increment(MediaCounter.TransportFeedbackSent);
            _nextTransportFeedback = arrivals.HasNews ? now + RtcpSchedule.NextFeedbackInterval(_random) : Instant.Never;
        }
        return writer.Length > headLength && _srtp.TryProtectRtcp(slot, writer.Length, out length);
    }

    public PeerStats Stats => new()
    {
        RoundTripTime = _reports.RoundTripTime,
        PacketsSent = _sender.Packets,
        PayloadBytesSent = _sender.PayloadBytes,
        PacketsReceived = _receiver.Packets,
        PayloadBytesReceived = _receiver.PayloadBytes,
        PacketsLost = Math.Max(0, _receiver.Stream?.Lost ?? 0),
        Jitter = _receiver.Stream?.Jitter ?? TimeSpan.Zero,
        RemoteFractionLost = _reports.FractionLost,
        RemotePacketsLost = Math.Max(0, _reports.Last?.CumulativeLost ?? 0),
        RemoteJitter = TimeSpan.FromSeconds((_reports.Last?.Jitter ?? 0) / (double)ClockRate),
        RemoteHighestSequence = _reports.Last?.HighestSequence,
        EstimatedSendBitsPerSecond = _rate?.BitsPerSecond,
        SendLoss = _rate?.Loss ?? (_reports.Last is null ? null : _reports.FractionLost),
        ResendsAsked = Counters[MediaCounter.ResendAsked],
        RepairedByResend = Counters[MediaCounter.RepairedByResend],
        RepairedByRedundancy = Counters[MediaCounter.RepairedByRedundancy],
        ResendsWanted = Counters[MediaCounter.ResendWanted],
        PacketsResent = Counters[MediaCounter.PacketResent],
    };

    public void Dispose()
    {
        _srtp?.Dispose();
        _srtp = null;
        NextReport = _nextTransportFeedback = Instant.Never;
        _receiver.Missing?.Clear();
    }

    private void Handle(RtcpPacket packet, Instant now)
    {
        if (packet.TryReadSenderInfo(out var info) && info.Ssrc == _receiver.Stream?.Ssrc) _receiver.Stream.HandleSenderReport(info.NtpTime, now);
        for (var i = 0; packet.TryReadReportBlock(i, out var block); i++) _reports.Handle(block, now);
        if (_reports.Last is not null) _sender.IsKnownToRemote = true;
        for (var i = 0; packet.TryReadGoodbye(i, out var ssrc); i++) _receiver.HandleGoodbye(ssrc);
        switch (packet.Type)
        {
            case RtcpPacketType.TransportFeedback:
                HandleTransportFeedback(packet, now);
                break;
            case RtcpPacketType.PayloadFeedback when packet.TryReadBitrateBound(out var bound):
                Counters.Increment(MediaCounter.BitrateBoundReceived);
                (_rate ??= new SendRateEstimator()).HandleBound(bound);
                break;
            case RtcpPacketType.PayloadFeedback:
                Counters.Increment(packet.Count is RtcpPacket.PictureLossFormat or RtcpPacket.FullIntraFormat
                    ? MediaCounter.KeyFrameRequested : MediaCounter.UnknownFeedback);
                break;
            case RtcpPacketType.ExtendedReport:
                Counters.Increment(MediaCounter.ExtendedReport);
                break;
        }
    }

    private void HandleTransportFeedback(RtcpPacket packet, Instant now)
    {
        switch (packet.Count)
        {
            case TransportFeedbackReader.Format when TransportFeedbackReader.TryCreate(packet, out var feedback):
                Counters.Increment(MediaCounter.TransportFeedbackReceived);
                _rate?.HandleFeedback(ref feedback, now);
                if (feedback.IsMalformed) Counters.Increment(MediaCounter.MalformedFeedback);
                break;
            case TransportFeedbackReader.Format:
                Counters.Increment(MediaCounter.MalformedFeedback);
                break;
            case RtcpPacket.NackFormat:
                if (packet.TryReadMediaSsrc(out var mediaSsrc) && mediaSsrc == _ssrc) HandleNack(packet);
                break;
            default:
                Counters.Increment(MediaCounter.UnknownFeedback);
                break;
        }
    }

    private void HandleNack(RtcpPacket packet)
    {
        for (var i = 0; packet.TryReadNack(i, out var first, out var following); i++)
        {
            Want(first);
            for (var bit = 0; bit < 16; bit++)
                if ((following >> bit & 1) != 0) Want(first + (bit + 1));
        }
    }

    private void Want(SeqNo sequence)
    {
        Counters.Increment(MediaCounter.ResendWanted);
        if (_sent is not null && _resendCount < MaxResends) _resends[_resendCount++] = sequence;
        else Counters.Increment(MediaCounter.ResendRefused);
    }

    private static PeerDropReason? Drop(SrtpStatus status) => status switch
    {
        SrtpStatus.Ok => null,
        SrtpStatus.Replayed or SrtpStatus.TooOld => PeerDropReason.SrtpReplayed,
        SrtpStatus.TooManySources => PeerDropReason.TooManySources,
        _ => PeerDropReason.SrtpNotAuthentic,
    };
}
