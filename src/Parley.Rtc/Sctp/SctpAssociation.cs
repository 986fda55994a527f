using Parley.Rtc.Sctp.Association;
using Parley.Rtc.Sctp.Receive;
using Parley.Rtc.Sctp.Transmission;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp;

/// <summary>
/// One SCTP association over a pipe of packets, which for WebRTC is DTLS (RFC 9260, RFC 8261). A pure machine: after any
/// call, poll events until there are none, then packets until there are none. Single-threaded.
/// </summary>
public sealed partial class SctpAssociation
{
    private readonly AssociationState _state;
    private readonly ControlOutbox _outbox;
    private readonly Handshake _handshake;
    private readonly DataSender _sender;
    private readonly DataReceiver _receiver;
    private readonly StreamResets _resets;
    private readonly Heartbeat _heartbeat;
    private readonly Shutdown _shutdown;

    private bool _isOver;

    public SctpAssociation(SctpConfig config, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(random);
        config.Validate();
        _state = new AssociationState(config, random);
        _outbox = new ControlOutbox(_state);
        var rto = new RetransmissionTimeout(config.MinRto, config.MaxRto);
        _sender = new DataSender(config, _state.LocalInitialTsn, rto, _state.Counters, _state.Timers);
        _receiver = new DataReceiver(config, _state.Counters, _state.Timers);
        _handshake = new Handshake(_state, _outbox, rto) { LocalWindow = _receiver.Window };
        _resets = new StreamResets(_state, _outbox, _sender, _receiver);
        _heartbeat = new Heartbeat(_state, rto);
        _shutdown = new Shutdown(_state, _outbox, _sender, _receiver);
        MaxOutboundMessageSize = config.MaxMessageSize;
        rto.SetInitial(config.InitialRto);
    }

    public SctpState State => _state.Phase;

    public SctpCloseReason CloseReason { get; private set; }

    /// <summary>Longest message <see cref="Send"/> takes, in bytes: the peer's a=max-message-size, when it is below ours.</summary>
    public int MaxOutboundMessageSize { get; set; }

    /// <summary>Streams that may be sent on: what we announced, or what the peer accepts when that is less. (RFC 9260 §5.1.1)</summary>
    public int OutboundStreamCount => _state.Peer.InboundStreams is var accepted and > 0
        ? Math.Min(_state.Config.StreamCount, accepted)
        : _state.Config.StreamCount;

    /// <summary>The peer announced RE-CONFIG: its streams can be ended one by one. (RFC 6525)</summary>
    public bool PeerSupportsStreamReset => _state.Peer.SupportsReconfig;

    /// <summary>Smoothed round-trip time; zero until one is measured.</summary>
    public TimeSpan RoundTripTime => _sender.Rto.Smoothed;

    /// <summary>Bytes of messages that are not acknowledged yet.</summary>
    public int BufferedBytes => _sender.BufferedBytes;

    /// <summary>The same, of one stream.</summary>
    public int BufferedBytesOf(ushort streamId) => _sender.Streams.BufferedBytes(streamId);

    /// <summary>Asks for <see cref="SctpEventKind.BufferLow"/> whenever the stream's buffered bytes fall to this; null asks no more.</summary>
    public void SetBufferLowThreshold(ushort streamId, int? bytes)
    {
        if (streamId < _state.Config.StreamCount) _sender.Streams[streamId].LowThreshold = bytes;
    }

    /// <summary>Bytes that may be in flight.</summary>
    public int CongestionWindow => _sender.CongestionWindowSize;

    public CounterTable<SctpCounter> Counters => _state.Counters;

    public Deadline NextDeadline => _state.Timers.Next;

    /// <summary>A round trip of the path that another layer measured: it stands for a first measurement until there is one.</summary>
    public void AssumeRoundTrip(TimeSpan roundTrip) => _sender.Rto.Assume(roundTrip);

    /// <summary>Of the last call that took a time.</summary>
    internal Instant Now { get; private set; } = new(0);

    /// <summary>The peer's SCTP port; to be set before <see cref="Start"/>.</summary>
    public ushort RemotePort
    {
        get => _state.RemotePort;
        set => _state.RemotePort = value;
    }

    /// <summary>
    /// Begins: sends INIT, or is established at once when the INITs were exchanged before. Both sides may send INIT; a side that does
    /// not answers its peer's. Has no effect once begun.
    /// </summary>
    public void Start(Instant now)
    {
        Now = now;
        if (_isOver || _state.Phase != SctpState.Closed) return;
        if (!_isRemoteInitKnown)
        {
            _handshake.Start(now);
            return;
        }
        _state.Phase = SctpState.Established;
        Establish();
    }

    /// <summary>Takes one SCTP packet out of the pipe.</summary>
    public void HandlePacket(ReadOnlySpan<byte> packet, Instant now)
    {
        Now = now;
        // What comes out of the pipe shows that it is open.
        if (_isRemoteInitKnown) Start(now);
        if (_isOver || !TryVerify(packet)) return;
        HandleChunks(packet[PacketWriter.HeaderLength..]);
        if (_isOver) return;
        _receiver.EndPacket(now);
        Advance();
    }

    public void HandleTimeout(Instant now)
    {
        Now = now;
        while (!_isOver && _state.Timers.TryTakeDue(now, out var timer)) HandleTimer(timer);
    }

    /// <summary>
    /// Writes one packet into <paramref name="buffer"/>, which must hold <see cref="SctpConfig.MaxPacketSize"/> bytes. Its
    /// time is that of the last call that took one.
    /// </summary>
    public bool TryPollTransmit(Span<byte> buffer, out int length)
    {
        // Replies first: among them a COOKIE ACK or INIT ACK that all else waits for.
        if (!_outbox.IsEmpty) return _outbox.TryDequeue(buffer, out length);
        length = 0;
        if (_isOver) return false;
        var tag = _state.Phase == SctpState.CookieWait ? 0 : _state.Peer.InitiateTag;
        var writer = new PacketWriter(buffer[.._state.Config.MaxPacketSize], _state.Config.LocalPort, _state.RemotePort, tag);
        WriteDue(ref writer);
        if (writer.IsEmpty) return false;
        length = writer.Finish();
        return true;
    }

    public bool TryPollEvent(out SctpEvent sctpEvent)
    {
        var any = _receiver.Events.TryPoll(out sctpEvent);
        if (_state.IsUp) _receiver.HandleRead();
        return any;
    }

    /// <summary>Copies the message of the last polled event and frees its memory; 0 when there is none. Throws when the span is too short.</summary>
    public int ReadPayload(Span<byte> destination)
    {
        var length = _receiver.Events.ReadPayload(destination);
        if (_state.IsUp) _receiver.HandleRead();
        return length;
    }

    /// <summary>Queues one message on a stream. Works before the handshake is complete; the message then waits.</summary>
    /// <param name="streamId">Below <see cref="OutboundStreamCount"/>.</param>
    /// <param name="payloadProtocol">Travels with the message, unread.</param>
    /// <param name="isUnordered">It may overtake others of its stream.</param>
    /// <param name="message">At least one byte: SCTP has no empty messages. (RFC 9260 §3.3.1)</param>
    /// <param name="now">The time of sending.</param>
    public SendStatus Send(ushort streamId, uint payloadProtocol, bool isUnordered, ReadOnlySpan<byte> message, Instant now) =>
        Send(streamId, payloadProtocol, new DeliveryOptions(isUnordered), message, now);

    /// <summary>The same, for a message that may be given up. A peer without FORWARD TSN gets everything. (RFC 3758)</summary>
    public SendStatus Send(ushort streamId, uint payloadProtocol, in DeliveryOptions delivery, ReadOnlySpan<byte> message, Instant now)
    {
        if (message.IsEmpty) throw new ArgumentException("A message has at least one byte.", nameof(message));
        Now = now;
        if (message.Length > MaxOutboundMessageSize || message.Length > _state.Config.SendBufferSize) return SendStatus.TooLarge;
        if (_isOver || !_state.AcceptsMessages || streamId >= OutboundStreamCount || _resets.IsResetting(streamId)) return SendStatus.NotOpen;
        return _sender.TryAdd(streamId, payloadProtocol, delivery, message, now) ? SendStatus.Queued : SendStatus.Blocked;
    }

    /// <summary>Ends our sending direction of a stream, once all sent on it is acknowledged. (RFC 6525)</summary>
    public void ResetStream(ushort streamId, Instant now)
    {
        Now = now;
        if (_isOver) return;
        _resets.Request(streamId);
        Advance();
    }

    /// <summary>A reset of our direction of the stream is waiting or under way.</summary>
    public bool IsResetting(ushort streamId) => _resets.IsResetting(streamId);

    /// <summary>Ends in order: what is queued is delivered first. Before the handshake is complete, ends at once.</summary>
    public void Shutdown(Instant now)
    {
        Now = now;
        if (_isOver) return;
        if (!_state.IsUp) Abort(now);
        else if (_state.Phase == SctpState.Established) _shutdown.Begin(now);
    }

    /// <summary>Ends at once; the peer is told.</summary>
    public void Abort(Instant now)
    {
        Now = now;
        if (!_isOver) AbortWith(SctpCloseReason.LocalAbort, ErrorCause.UserInitiatedAbort);
    }

    private void WriteDue(ref PacketWriter writer)
    {
        if (_handshake.IsDue)
        {
            var carriesData = _state.Phase == SctpState.CookieEchoed;
            _handshake.Write(ref writer);
            if (!carriesData) return;
            // Data may follow a COOKIE ECHO, in its packet only, and goes out again with it. (RFC 9260 §5.1)
            _sender.MarkAllLost();
            _sender.SetPeerWindow(_state.Peer.ReceiverWindow);
            _sender.TryWrite(ref writer, Now, armTimer: false);
            return;
        }
        if (!_state.IsUp) return;
        if (_receiver.IsSackDue || _receiver.HasUnacknowledged && _sender.IsReady) _receiver.TryWriteSack(ref writer);
        if (_shutdown.IsDue) _shutdown.Write(ref writer, Now);
        if (_resets.IsDue) _resets.Write(ref writer, Now);
        if (_heartbeat.IsDue) _heartbeat.Write(ref writer, Now);
        _sender.TryWrite(ref writer, Now);
    }

    private void HandleTimer(SctpTimer timer)
    {
        switch (timer)
        {
            case SctpTimer.Handshake:
                if (!_handshake.TryRepeat(Now)) Close(SctpCloseReason.HandshakeTimeout);
                break;
            case SctpTimer.DelayedSack:
                _receiver.RequestSack();
                break;
            case SctpTimer.Retransmit:
                if (TryCountUnanswered()) _sender.HandleRetransmitTimeout();
                break;
            case SctpTimer.Probe:
                _sender.HandleProbeTimeout(Now);
                break;
            case SctpTimer.Reorder:
                _sender.HandleReorderTimeout(Now);
                break;
            case SctpTimer.Heartbeat:
                _heartbeat.HandleInterval(_sender.LastSentAt, Now);
                break;
            case SctpTimer.HeartbeatAnswer:
                if (TryCountUnanswered()) _heartbeat.HandleUnanswered();
                break;
            case SctpTimer.Reconfig:
                if (TryCountUnanswered()) _resets.HandleTimeout();
                break;
            case SctpTimer.Shutdown:
                if (TryCountUnanswered()) _shutdown.HandleTimeout();
                break;
            case SctpTimer.ShutdownGuard:
                AbortWith(SctpCloseReason.ShutdownTimeout, ErrorCause.UserInitiatedAbort);
                break;
        }
    }

    /// <summary>Counts an expiry; too many in a row end the association. (RFC 9260 §8.1)</summary>
    private bool TryCountUnanswered()
    {
        if (++_state.Unanswered <= _state.Config.MaxRetransmissions) return true;
        AbortWith(SctpCloseReason.RetransmissionLimit, ErrorCause.UserInitiatedAbort);
        return false;
    }

    private void Advance()
    {
        if (!_state.IsUp || _isOver) return;
        _resets.Advance();
        _shutdown.Advance();
        while (_sender.Streams.TryTakeLow(out var streamId)) _receiver.Events.Add(new SctpEvent(SctpEventKind.BufferLow, streamId));
        if (_sender.TryTakeWritable()) _receiver.Events.Add(new SctpEvent(SctpEventKind.Writable));
    }

    private void AbortWith(SctpCloseReason reason, ErrorCause cause)
    {
        if (_state.Peer.InitiateTag != 0) _outbox.SendAbort(_state.Peer.InitiateTag, cause);
        Close(reason);
    }

    private void Close(SctpCloseReason reason)
    {
        _isOver = true;
        CloseReason = reason;
        _state.Phase = SctpState.Closed;
        _state.Timers.StopAll();
        _receiver.Events.Add(new SctpEvent(SctpEventKind.Closed, CloseReason: reason));
    }
}
