using System.Text.Json;
using Parley.Rtc;

namespace Parley.Cli.Load;

/// <summary>
/// One call of the load: offers, connects, says the same sound over and over, and measures what comes back without decoding it. A machine of the
/// sans-IO contract; single-threaded, but its tasks may be awaited anywhere.
/// </summary>
internal sealed class LoadCall : IDisposable
{
    private const string ChannelLabel = "oai-events";

    /// <summary>Frames that are overdue by more than this are left out instead of sent in a burst.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMilliseconds(100);

    private readonly RtcPeer _peer;
    private readonly LoadSound _sound;
    private readonly SilenceGauge _gauge;
    private readonly Instant _offeredAt;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instant _connectedAt = Instant.Never;
    private Instant _firstHeardAt = Instant.Never;
    private Instant _lastHeardAt = Instant.Never;
    private TimeSpan _longestSilence;
    private Instant _nextFrame = Instant.Never;
    private long _frames;
    private uint _timestamp;
    private bool _hasChannel;
    private CallOutcome? _outcome;

    /// <param name="config">Of the connection.</param>
    /// <param name="sound">What is said; shared by all calls.</param>
    /// <param name="gauge">Hears of every silence; shared by all calls.</param>
    /// <param name="random">Of ICE, RTP and SCTP.</param>
    /// <param name="now">When the offer goes out.</param>
    public LoadCall(RtcPeerConfig config, LoadSound sound, SilenceGauge gauge, IRandomSource random, Instant now)
    {
        _sound = sound;
        _gauge = gauge;
        _offeredAt = now;
        _timestamp = random.NextUInt32();
        _peer = RtcPeer.CreateOffer(config, random, now);
    }

    public string OfferSdp => _peer.LocalDescription;

    /// <summary>Completes when the call is connected, or over.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Completes when the call is over.</summary>
    public Task<CallOutcome> Ended => _ended.Task;

    public Deadline NextDeadline => _nextFrame.IsNever ? _peer.NextDeadline : Deadline.Earlier(_peer.NextDeadline, new Deadline(_nextFrame, "load.Frame"));

    public void HandleAnswer(string sdp, Instant now)
    {
        if (!_peer.TryAcceptAnswer(sdp, now, out _)) End("answer_unusable", now);
        Advance(now);
    }

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

    /// <summary>The call is over as planned.</summary>
    public void HangUp(Instant now)
    {
        End(lostBy: null, now);
        Advance(now);
    }

    public void Dispose() => _peer.Dispose();

    private void Advance(Instant now)
    {
        while (_peer.TryPollEvent(out var e)) HandleEvent(e, now);
        if (_peer.State != PeerState.Connected) return;
        // As a client of the API does, whether it has something to say there or not.
        if (!_hasChannel) _hasChannel = _peer.TryOpenChannel(ChannelLabel, now, out _);
        if (now - _nextFrame > MaxLateness) _nextFrame = now;
        for (; _nextFrame <= now; _nextFrame += LoadSound.FramePeriod)
        {
            _peer.TrySendAudio(_sound[_frames++], _timestamp, marker: false, now);
            _timestamp += LoadSound.TimestampStep;
        }
    }

    private void HandleEvent(in PeerEvent e, Instant now)
    {
        switch (e.Kind)
        {
            case PeerEventKind.Connected:
                _connectedAt = _nextFrame = now;
                _settled.TrySetResult();
                break;
            case PeerEventKind.AudioReceived:
                if (_firstHeardAt.IsNever) _firstHeardAt = _lastHeardAt = now;
                NoteSilenceUntil(now);
                _lastHeardAt = now;
                break;
            case PeerEventKind.MessageReceived:
                // Only what was read makes room for more.
                _peer.ReadPayload(new byte[e.PayloadLength]);
                break;
            case PeerEventKind.Closed:
                End(NameOf(e.CloseReason), now);
                _nextFrame = Instant.Never;
                _settled.TrySetResult();
                _ended.TrySetResult(_outcome!);
                break;
        }
    }

    /// <summary>What comes of the call is what has come of it now; the goodbye is no part of it.</summary>
    private void End(string? lostBy, Instant now)
    {
        if (_outcome is not null) return;
        if (!_lastHeardAt.IsNever) NoteSilenceUntil(now);
        var stats = _peer.Stats;
        _outcome = new CallOutcome
        {
            LostBy = lostBy,
            SetUp = SinceOffer(_connectedAt),
            FirstMedia = SinceOffer(_firstHeardAt),
            LongestSilence = _firstHeardAt.IsNever ? null : _longestSilence,
            FramesSent = stats.PacketsSent,
            FramesReceived = stats.PacketsReceived,
            FramesLost = stats.PacketsLost,
            RemoteFramesLost = stats.RemotePacketsLost,
        };
        _peer.Close(now);
    }

    private void NoteSilenceUntil(Instant now)
    {
        var silence = now - _lastHeardAt;
        if (silence > _longestSilence) _longestSilence = silence;
        _gauge.Note(silence);
    }

    private TimeSpan? SinceOffer(Instant instant) => instant.IsNever ? null : instant - _offeredAt;

    private static string NameOf(PeerCloseReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
