using System.Diagnostics.CodeAnalysis;
using Parley.Audio;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Output;

namespace Parley.Transceiver.Caller;

/// <summary>
/// The calling end of a call: offers, speaks, hears, and exchanges events. Its microphone never stops: where nothing was given to
/// <see cref="Say"/> it sends silence. Its ears are a playout buffer that is pulled every 10 ms from the moment it is connected, as a
/// loudspeaker would. A machine of the sans-IO contract; single-threaded. After each input poll events, what is heard, and what is to
/// be sent.
/// </summary>
public sealed class VoiceCaller : ICallerLine, IDisposable
{
    /// <summary>Hz of what is said and heard.</summary>
    public const int SampleRate = 24_000;

    /// <summary>Louder than the noise of a codec that encodes silence; sound below it is none, of 32767.</summary>
    public const int AudibleLevel = 500;

    /// <summary>Samples of what <see cref="TryPollHeard"/> gives: 10 ms.</summary>
    public const int HeardLength = SampleRate / 100;

    private const string ChannelLabel = "oai-events";

    private static readonly TimeSpan PullPeriod = TimeSpan.FromMilliseconds(10);

    /// <summary>After a standstill of more than this, the loudspeaker does not catch up.</summary>
    private static readonly TimeSpan MaxStandstill = TimeSpan.FromSeconds(1);

    private readonly RtcPeer _peer;
    private readonly OpusEncoder _encoder = new(new OpusEncoderConfig { SampleRate = SampleRate, ExpectedLossPercent = 10, Complexity = 1 });
    private readonly PlayoutBuffer _ears = new(SampleRate);
    private readonly CallerVoice _voice = new();
    private readonly Queue<byte[]> _events = new();
    private readonly byte[] _packet = new byte[1500];
    private uint _timestamp;
    private Instant _nextFrame = Instant.Never;
    private Instant _nextPull = Instant.Never;
    private ushort? _channelId;
    private bool _isChannelOpen;

    /// <param name="certificate">Shared, and not disposed by this.</param>
    /// <param name="local">The address that the offer names.</param>
    /// <param name="random">Of ICE, RTP and SCTP.</param>
    /// <param name="now">The present.</param>
    /// <param name="connectsTcp">The driver opens TCP connections.</param>
    public VoiceCaller(DtlsCertificate certificate, TransportAddress local, IRandomSource random, Instant now, bool connectsTcp = false)
        : this(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [local], ConnectsTcp = connectsTcp }, random, now)
    {
    }

    /// <summary>A caller whose connection is configured in full.</summary>
    public VoiceCaller(RtcPeerConfig config, IRandomSource random, Instant now)
    {
        _timestamp = random.NextUInt32();
        _peer = RtcPeer.CreateOffer(config, random, now);
    }

    public string OfferSdp => _peer.LocalDescription;

    public PeerState State => _peer.State;

    public bool IsChannelOpen => _isChannelOpen;

    public PeerStats Stats => _peer.Stats;

    /// <summary>Why the connection ended; null while it has not.</summary>
    public PeerCloseReason? ClosedBy { get; private set; }

    public bool IsConnected => State == PeerState.Connected;

    public string? EndedBy => ClosedBy?.ToString();

    public bool IsSpeaking => _voice.IsSpeaking;

    /// <summary>Samples of the microphone that wait to be sent.</summary>
    public int SamplesToSay => _voice.SamplesToSay;

    /// <summary>A playout buffer always has some: whether more is to come is the server's to say.</summary>
    public bool? HasAudioLeft => null;

    /// <summary>When the first sample heard arrived; <see cref="Instant.Never"/> before.</summary>
    public Instant HearsSince { get; private set; } = Instant.Never;

    public Instant SpokeUntil => _voice.SpokeUntil;

    public PlayoutStats PlayoutAt(Instant now) => _ears.StatsAt(now);

    public Deadline NextDeadline
    {
        get
        {
            var next = _peer.NextDeadline;
            if (_peer.State != PeerState.Connected) return next;
            next = Deadline.Earlier(next, new Deadline(_nextPull, "caller.Loudspeaker"));
            return Deadline.Earlier(next, new Deadline(_nextFrame, "caller.Microphone"));
        }
    }

    public bool TryAcceptAnswer(string answerSdp, Instant now, [NotNullWhen(false)] out SdpError? error) =>
        _peer.TryAcceptAnswer(answerSdp, now, out error);

    /// <summary>Offers new ICE credentials in mid-call, in <see cref="OfferSdp"/>; follow with <see cref="TryAcceptAnswer"/>.</summary>
    public void RestartIce(Instant now) => _peer.RestartIce(now);

    public void Say(ReadOnlyMemory<short> samples) => _voice.Say(samples);

    public bool TrySendEvent(ReadOnlySpan<byte> utf8Json, Instant now) =>
        _isChannelOpen && _peer.SendMessage(_channelId!.Value, isBinary: false, utf8Json, now) == SendStatus.Queued;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        _peer.HandleDatagram(datagram, now);
        Advance(now);
    }

    public void HandleTimeout(Instant now)
    {
        if (_peer.NextDeadline.IsDue(now)) _peer.HandleTimeout(now);
        Advance(now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _peer.TryPollTransmit(buffer, out transmit);

    public bool TryPollEvent([NotNullWhen(true)] out byte[]? utf8Json) => _events.TryDequeue(out utf8Json);

    public bool TryPollHeard(Instant now, Span<short> pcm, out int length, out Instant at)
    {
        if (now - _nextPull > MaxStandstill) _nextPull = now;
        (length, at) = (0, _nextPull);
        if (_nextPull > now) return false;
        length = HeardLength;
        _ears.Pull(pcm[..length], _nextPull);
        _nextPull += PullPeriod;
        return true;
    }

    /// <summary>Hangs up.</summary>
    public void Close(Instant now)
    {
        _peer.Close(now);
        Advance(now);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _encoder.Dispose();
        _ears.Dispose();
    }

    private void Advance(Instant now)
    {
        while (_peer.TryPollEvent(out var e)) HandlePeerEvent(e, now);
        if (_peer.State != PeerState.Connected) return;
        if (_channelId is null && _peer.TryOpenChannel(ChannelLabel, now, out var channelId)) _channelId = channelId;
        while (_nextFrame <= now) SendFrame(now);
    }

    private void HandlePeerEvent(in PeerEvent e, Instant now)
    {
        switch (e.Kind)
        {
            case PeerEventKind.Connected:
                _nextFrame = _nextPull = now;
                break;
            case PeerEventKind.ChannelOpened:
                _isChannelOpen = e.ChannelId == _channelId;
                break;
            case PeerEventKind.MessageReceived:
                var message = new byte[e.PayloadLength];
                _peer.ReadPayload(message);
                _events.Enqueue(message);
                break;
            case PeerEventKind.AudioReceived:
                var length = _peer.ReadPayload(_packet);
                if (HearsSince.IsNever) HearsSince = now;
                _ears.Insert(e.SequenceNumber, e.RtpTimestamp, _packet.AsSpan(0, length), now, e.Ssrc);
                break;
            case PeerEventKind.Closed:
                ClosedBy = e.CloseReason;
                _nextFrame = _nextPull = Instant.Never;
                break;
        }
    }

    private void SendFrame(Instant now)
    {
        Span<short> frame = stackalloc short[CallerVoice.FrameLength];
        _voice.Take(frame, _nextFrame);
        var length = _encoder.Encode(frame, _packet.AsSpan(0, RtcPeer.MaxAudioLength));
        _peer.TrySendAudio(_packet.AsSpan(0, length), _timestamp, marker: false, now);
        _timestamp += Pacer.TimestampStep;
        _nextFrame += Pacer.Period;
    }
}
