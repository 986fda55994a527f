using System.Diagnostics.CodeAnalysis;
using Parley.Rtc.Dtls;
using Parley.Rtc.Ice;
using Parley.Rtc.Rtp;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>
/// One WebRTC connection as a pure state machine: ICE, DTLS, SRTP with RTCP, SCTP with data channels. Single-threaded.
/// <para>
/// The contract: after every call that takes an <see cref="Instant"/>, poll <see cref="TryPollEvent"/> until it gives nothing, then
/// <see cref="TryPollTransmit"/> until it gives nothing; then <see cref="NextDeadline"/> says when <see cref="HandleTimeout"/> is due.
/// Nothing that arrives from the network makes a method throw.
/// </para>
/// </summary>
public sealed partial class RtcPeer : IDisposable
{
    /// <summary>No datagram that is sent is longer, in bytes.</summary>
    public const int MaxDatagramLength = 1200;

    /// <summary>The longest Opus packet that fits one datagram, in bytes.</summary>
    public const int MaxAudioLength =
        MaxDatagramLength - RtpHeader.FixedLength - Rtp.Extensions.HeaderExtensions.MaxLength - Srtp.SrtpSession.MaxRtpOverhead;

    private enum Timer
    {
        Connect,
        Report,
        Feedback,
        Close,
    }

    /// <summary>Who holds the payload of the event last polled.</summary>
    private enum PayloadSource
    {
        None,
        Audio,
        Channel,
    }

    /// <summary>Audio and RTCP packets that wait to be polled; more than one only when the driver falls behind.</summary>
    private const int MediaQueueCapacity = 8;

    private readonly RtcPeerConfig _config;
    private readonly IRandomSource _random;
    private readonly Negotiation _negotiation;
    private readonly IceAgent _ice;
    private readonly AudioRtp _audio;
    private readonly TimerTable<Timer> _timers = new("peer");
    private readonly DatagramQueue _media = new(MediaQueueCapacity, MaxDatagramLength);
    private readonly AudioEventQueue _events = new();
    private readonly SctpAssociation _sctp;
    private bool _describesSctpInit;
    private TransportAddress _mediaDestination;
    private RemoteDescription? _remote;
    private SecureTransport? _secure;
    private PeerCloseReason _closeReason;

    /// <summary>ICE, DTLS or the channels may have something to send. Media, which is most of what is sent, does not set it.</summary>
    private bool _hasOutput;

    /// <summary>The channels may have events; no packet of media brings any.</summary>
    private bool _hasChannelEvents = true;

    private bool _isFlushing;
    private Instant _flushBegan;
    private bool _isClosedReported;
    private PayloadSource _payloadIn;

    private RtcPeer(RtcPeerConfig config, bool isOfferer, IceMode mode, IRandomSource random, Instant now)
    {
        PeerConfigRules.Check(config);
        _config = config;
        _random = random;
        _negotiation = new Negotiation(isOfferer, random);
        _ice = new IceAgent(
            mode, NewCredentials(config.LocalUfrag, config.LocalPassword), config.ConsentTimeout, random,
            new IceLocals([.. config.LocalCandidates], config.ConnectsTcp));
        AudioSsrc = random.NextUInt32();
        _audio = new AudioRtp(AudioSsrc, config.Cname, random);
        _sctp = SecureTransport.CreateAssociation(config, random);
        _timers.Set(Timer.Connect, now + config.ConnectTimeout);
        NextDeadline = _timers.Next;
    }

    public PeerState State { get; private set; }

    /// <summary>Our last offer or answer, with CRLF line ends and a final CRLF.</summary>
    public string LocalDescription { get; private set; } = "";

    /// <summary>Our ICE user name fragment: what the USERNAME of the remote's checks starts with. A restart brings another.</summary>
    public string LocalUfrag => _ice.Local.Ufrag;

    /// <summary>False when the remote described none, or when its description is not known yet: no channel will ever open.</summary>
    public bool HasDataChannels => _remote?.Application is not null;

    /// <summary>The SSRC of the audio that we send.</summary>
    public uint AudioSsrc { get; }

    /// <summary>The SSRC of the remote's audio, known from authentic packets; null while there is none.</summary>
    public uint? RemoteSsrc => _audio.RemoteSsrc;

    /// <summary>Where packets go now; null before the first valid check. Personal data.</summary>
    public TransportAddress? RemoteAddress => _ice.Paths.HasSelected ? _ice.Paths.Selected : null;

    /// <summary>True when a connectivity check from this address was authentic, or the newest audio packet came from it: whatever comes from there may be routed here.</summary>
    public bool IsValidated(TransportAddress address) => _ice.Paths.IsKnown(address);

    /// <summary>When <see cref="HandleTimeout"/> is due, and why. O(1).</summary>
    public Deadline NextDeadline { get; private set; }

    public PeerStats Stats
    {
        get
        {
            var stats = _audio.Stats;
            return stats with { RoundTripTime = stats.RoundTripTime ?? _ice.RoundTripTime };
        }
    }

    /// <summary>What had no effect, with the reason; STUN is counted in <see cref="IceCounters"/>.</summary>
    public CounterTable<PeerDropReason> Drops { get; } = new();

    public CounterTable<IceCounter> IceCounters => _ice.Counters;

    public CounterTable<MediaCounter> MediaCounters => _audio.Counters;

    /// <summary>What the remote would like to receive; the defaults of RFC 7587 before its description is known.</summary>
    public OpusParameters RemoteOpus => _remote?.Audio.Features.Opus ?? OpusParameters.Default;

    /// <summary>The remote takes RED: <see cref="AudioRedundancy"/> has an effect.</summary>
    public bool CanRepeatAudio => _audio.CanRepeat;

    /// <summary>The remote can ask for audio packets again. (RFC 4585 §6.2.1)</summary>
    public bool CanResendAudio => _audio.CanResend;

    /// <summary>How long a lost packet of the remote takes to come once more after it is missed; null when it is not asked for.</summary>
    public TimeSpan? AudioRepairTime => _audio.RepairTime;

    /// <summary>Copies of earlier packets in each audio packet, 0…2. (RFC 2198) Copies that do not fit the datagram are left out.</summary>
    public int AudioRedundancy
    {
        get => _audio.RedundancyLevels;
        set => _audio.RedundancyLevels = value;
    }

    /// <summary>Takes one datagram from the network; what it holds is told apart by its first byte. (RFC 7983 §7)</summary>
    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        if (_isFlushing || State == PeerState.Closed)
        {
            Drops.Increment(PeerDropReason.NotOpen);
            return;
        }
        var payload = datagram.Payload;
        switch (payload.IsEmpty ? byte.MaxValue : payload[0])
        {
            case <= 3:
                _ice.HandleDatagram(payload, datagram.Source, now);
                // With the first valid check there is an address that asked for packets. (RFC 8445 §12.1)
                if (_ice.Paths.HasSelected) _secure?.Start(_ice.RoundTripTime, now);
                Settle(now);
                break;
            case >= 20 and <= 63:
                HandleDtls(payload, datagram.Source, now);
                break;
            case >= 128 and <= 191:
                HandleMedia(payload, datagram.Source, now);
                break;
            default:
                Drops.Increment(PeerDropReason.UnknownProtocol);
                break;
        }
    }

    /// <summary>The connection that packets came by from this address is gone: nothing is sent there any more, until a check comes from there again.</summary>
    public void HandleDisconnected(TransportAddress address, Instant now) => _ice.Paths.Forget(address, now);

    public void HandleTimeout(Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            switch (timer)
            {
                case Timer.Connect:
                    CloseAtOnce(PeerCloseReason.ConnectTimedOut);
                    return;
                case Timer.Close:
                    if (_isFlushing) Free();
                    else Flush(now);
                    break;
                case Timer.Feedback:
                    SendFeedback(now);
                    break;
                case Timer.Report:
                    _timers.Set(Timer.Report, TrySendReport(isGoodbye: false, now) ? _audio.NextReport : now + FullQueuePause);
                    break;
            }
        }
        if (State == PeerState.Closed) return;
        if (_ice.NextDeadline.IsDue(now)) _ice.HandleTimeout(now);
        _secure?.HandleTimeout(now);
        Settle(now);
    }

    /// <param name="buffer">Must hold <see cref="MaxDatagramLength"/> bytes.</param>
    /// <param name="transmit">How many of them to send, and where.</param>
    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
    {
        // The end of a handshake leaves before the first media: overtaken by it, the remote would have no keys for that yet.
        // A goodbye is the other way round: RTCP's BYE says nothing to who has read close_notify.
        if (_hasOutput && (_ice.TryPollTransmit(buffer, out transmit) || (!_isFlushing && TryPollSecure(buffer, mayPumpChannels: false, out transmit)))) return true;
        if (_media.TryDequeue(buffer, out transmit)) return true;
        if (!_hasOutput) return false;
        if (TryPollSecure(buffer, mayPumpChannels: true, out transmit)) return true;
        _hasOutput = false;
        // Nothing is left to say: the next time-out, which is due now, frees everything and reports it.
        if (_isFlushing) _timers.Set(Timer.Close, _flushBegan);
        // What was polled may have started a retransmission timer.
        UpdateDeadline();
        return false;
    }

    public bool TryPollEvent(out PeerEvent e)
    {
        _payloadIn = PayloadSource.None;
        if (_events.TryDequeue(out e))
        {
            _payloadIn = PayloadSource.Audio;
            return true;
        }
        if (_hasChannelEvents && _secure is not null && _secure.TryPollEvent(out e))
        {
            _payloadIn = PayloadSource.Channel;
            // Taking an event may make the channels answer, and a message that is read opens the receive window.
            _hasOutput = State != PeerState.Closed;
            return true;
        }
        _hasChannelEvents = false;
        if (State != PeerState.Closed || _isClosedReported) return false;
        _isClosedReported = true;
        e = new PeerEvent { Kind = PeerEventKind.Closed, CloseReason = _closeReason };
        return true;
    }

    /// <summary>Copies the payload of the event last polled; returns its length in bytes. To be called before the next call that takes an instant.</summary>
    public int ReadPayload(Span<byte> destination) => _payloadIn switch
    {
        PayloadSource.Audio => _events.ReadPayload(destination),
        PayloadSource.Channel => _secure!.ReadPayload(destination),
        _ => 0,
    };

    /// <summary>No handshake before a valid check, and none sent to anybody else.</summary>
    private bool TryPollSecure(Span<byte> buffer, bool mayPumpChannels, out Transmit transmit)
    {
        transmit = default;
        if (_secure is null || !_ice.Paths.HasSelected || !_secure.TryPollTransmit(buffer, mayPumpChannels, out var length)
            || !_ice.Paths.TryChoose(length, out var destination)) return false;
        transmit = new Transmit(length, destination);
        return true;
    }

    private void HandleDtls(ReadOnlySpan<byte> payload, TransportAddress source, Instant now)
    {
        if (_secure is null || !_ice.Paths.IsKnown(source))
        {
            Drops.Increment(PeerDropReason.DtlsFromUnvalidatedAddress);
            return;
        }
        _secure.HandleDatagram(payload, now);
        Settle(now);
    }

    /// <summary>A full agent checks an address that is new to it, and a path on which packets cease.</summary>
    private void FollowIce()
    {
        if (_ice.NextDeadline.At < NextDeadline.At) UpdateDeadline();
    }

    /// <summary>Takes what one machine's change means for the others, and brings deadline and readiness up to date.</summary>
    private void Settle(Instant now)
    {
        if (State == PeerState.Closed) return;
        if (_ice.IsConsentExpired)
        {
            // The remote no longer wants packets, so there is nobody to say goodbye to. (RFC 7675 §5.1)
            CloseAtOnce(PeerCloseReason.ConsentExpired);
            return;
        }
        if (_secure is not null && !_isFlushing) Follow(_secure, now);
        if (State == PeerState.Closing && !_isFlushing && _secure is not { HasUnacknowledgedMessages: true }) Flush(now);
        _hasOutput = _hasChannelEvents = true;
        UpdateDeadline();
    }

    private void Follow(SecureTransport secure, Instant now)
    {
        if (State == PeerState.Connecting && secure.IsConnected) Connect(secure, now);
        if (secure.EndReason is var reason and not PeerCloseReason.None)
        {
            BeginClose(reason, now);
            Flush(now);
        }
    }

    private void Connect(SecureTransport secure, Instant now)
    {
        var keys = secure.ExportSrtpKeys();
        _audio.Start(secure.SrtpProfile, keys, now);
        keys.Erase();
        secure.StartChannels(now);
        _timers.Stop(Timer.Connect);
        _timers.Set(Timer.Report, _audio.NextReport);
        State = PeerState.Connected;
        _events.TryEnqueue(new PeerEvent { Kind = PeerEventKind.Connected }, default);
    }

    private void UpdateDeadline()
    {
        if (State == PeerState.Closed) return;
        var next = Deadline.Earlier(_timers.Next, _ice.NextDeadline);
        if (_secure is not null) next = Deadline.Earlier(next, _secure.NextDeadline);
        NextDeadline = next;
    }
}
