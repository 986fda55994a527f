using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Rtc;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Input;
using Parley.Transceiver.Models;
using Parley.Transceiver.Output;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver;

/// <summary>
/// One call: joins the WebRTC peer, the audio in both directions, the Realtime session and the models. A machine of the sans-IO
/// contract: it is driven by Handle…, TryPollTransmit and NextDeadline on one thread, and time is an argument.
/// </summary>
internal sealed class Call : ILiveCall
{
    /// <summary>What is still on its way to the client when the session ends the call has so long to arrive.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    private readonly RtcPeer _peer;
    private readonly RealtimeSession _session;
    private readonly InputAudio _input = new();
    private readonly OutputAudio _output;
    private readonly SessionModels _models;
    private readonly SessionAudience _audience;
    private readonly EventChannel _events;
    private readonly TimerTable<CallTimer> _timers = new("call");
    private readonly Instant _createdAt;
    private readonly byte[] _packet = new byte[1500];
    private CallCloseReason? _closeReason;
    private bool _hasEnded;

    public Call(string id, RtcPeer peer, RealtimeSession session, ModelPort models, uint firstTimestamp, Instant now)
    {
        Id = id;
        _peer = peer;
        _session = session;
        _models = new SessionModels(session, _input.Sound, models);
        _output = new OutputAudio(firstTimestamp, peer.RemoteOpus);
        _audience = new SessionAudience(session);
        _events = new EventChannel(peer, _audience);
        _createdAt = now;
    }

    public string Id { get; }

    public string Ufrag => _peer.LocalUfrag;

    public string AnswerSdp => _peer.LocalDescription;

    public uint? RemoteSsrc => _peer.RemoteSsrc;

    public PeerState State => _peer.State;

    public bool IsEnding => _peer.State is PeerState.Closing or PeerState.Closed;

    public bool IsClosed => _peer.State == PeerState.Closed;

    public TimeSpan? ConnectedAfter { get; private set; }

    public CallCloseReason CloseReason => _closeReason ?? CallCloseReason.RemoteClosed;

    public Instant CreatedAt => _createdAt;

    public string SessionId => _session.Id;

    public SessionSnapshot? Remains { get; private set; }

    public PeerStats Stats => _peer.Stats;

    public CounterTable<PeerDropReason> Drops => _peer.Drops;

    public Deadline NextDeadline
    {
        get
        {
            var next = Deadline.Earlier(_peer.NextDeadline, _timers.Next);
            if (_hasEnded) return next;
            next = Deadline.Earlier(next, _session.NextDeadline);
            next = Deadline.Earlier(next, _input.NextDeadline);
            if (_peer.State == PeerState.Connected) next = Deadline.Earlier(next, _output.NextDeadline);
            return Deadline.Earlier(next, _models.NextDeadline);
        }
    }

    public void Anticipate(int step) => RtcPeer.Anticipate(_peer, step);

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        _peer.HandleDatagram(datagram, now);
        Advance(now);
    }

    public bool TryHandleMedia(in Datagram datagram, Instant now)
    {
        if (!_peer.TryHandleMedia(datagram, now)) return false;
        Advance(now);
        return true;
    }

    public void HandleDisconnected(TransportAddress connection, Instant now) => _peer.HandleDisconnected(connection, now);

    public bool TryRenegotiate(string offerSdp, Instant now, [NotNullWhen(false)] out SdpError? error)
    {
        if (!_peer.TryAnswerAgain(offerSdp, now, out error)) return false;
        Advance(now);
        return true;
    }

    public void HandleTimeout(Instant now)
    {
        if (_peer.NextDeadline.IsDue(now)) _peer.HandleTimeout(now);
        while (_timers.TryTakeDue(now, out var timer)) HandleTimer(timer, now);
        if (_session.NextDeadline.IsDue(now)) _session.HandleTimeout(now);
        _models.HandleTimeout(now);
        Advance(now);
    }

    public void HandleModels(Instant now)
    {
        while (_models.TryPollReply(now, out var responseId, out var reply)) HandleReply(responseId, reply, now);
        Advance(now);
    }

    public void HandleSideband(Sideband sideband, Instant now)
    {
        _audience.Handle(sideband, now);
        Advance(now);
    }

    public bool HasValidated(TransportAddress address) => _peer.IsValidated(address);

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _peer.TryPollTransmit(buffer, out transmit);

    public void HandleDraining(Instant end, Instant now)
    {
        _session.HandleDraining(end, now);
        Advance(now);
    }

    public void End(RealtimeError error, Instant now)
    {
        _session.End(error, now);
        Advance(now);
    }

    public void Close(CallCloseReason reason, Instant now)
    {
        EndSession(reason, now);
        _timers.StopAll();
        _peer.Close(now);
        Advance(now);
    }

    /// <summary>Frees everything at once, from whatever state. Model work that is under way is cancelled.</summary>
    public void Dispose()
    {
        _models.Close();
        _audience.Close(SocketEnd.Of(CloseReason));
        _input.Dispose();
        _output.Dispose();
        _peer.Dispose();
    }

    /// <summary>Passes on what each part has for the others until none has anything.</summary>
    private void Advance(Instant now)
    {
        while (_peer.TryPollEvent(out var e)) HandlePeerEvent(e, now);
        if (_hasEnded) return;
        HearInput(now);
        ExecuteCommands(now);
        SendOutput(now);
        ExecuteCommands(now);
        _audience.Publish();
        _events.Flush(now);
        if (_audience.IsClientTooSlow) HangUpSoon(CallCloseReason.ClientTooSlow, now);
    }

    private void HandlePeerEvent(in PeerEvent e, Instant now)
    {
        switch (e.Kind)
        {
            case PeerEventKind.Connected:
                ConnectedAfter = now - _createdAt;
                _events.HandleConnected(now);
                _timers.Set(CallTimer.Steer, now + OutputSteering.Period);
                break;
            case PeerEventKind.AudioReceived:
                var length = _peer.ReadPayload(_packet);
                if (!_hasEnded) _input.Insert(e.SequenceNumber, e.RtpTimestamp, _packet.AsSpan(0, length), now, e.Ssrc, e.IsRepair);
                break;
            case PeerEventKind.ChannelOpened:
                _events.HandleOpened(e.ChannelId, now);
                break;
            case PeerEventKind.MessageReceived:
                _events.HandleMessage(e.PayloadLength, now);
                break;
            case PeerEventKind.ChannelClosed:
                _events.HandleClosed(e.ChannelId);
                break;
            case PeerEventKind.Closed:
                EndSession(e.CloseReason.OfCall(), now);
                _timers.StopAll();
                break;
        }
    }

    private void HearInput(Instant now)
    {
        while (_input.TryPoll(now, out var frame))
        {
            _models.Hearing.Handle(frame, now);
            ExecuteCommands(now);
        }
        _models.Hearing.Feed();
    }

    private void SendOutput(Instant now)
    {
        if (_peer.State != PeerState.Connected) return;
        while (_output.TryPoll(now, _packet.AsSpan(0, RtcPeer.MaxAudioLength), out var output))
            _peer.TrySendAudio(_packet.AsSpan(0, output.Length), output.RtpTimestamp, output.Marker, now, output.Level);
        while (_output.TryPollUpdate(out var update))
        {
            if (update.Samples > 0) _models.Consumed(update.ResponseId, update.Samples);
            _session.HandlePlayout(update.ResponseId, update.Update, now);
        }
    }

    private void HandleReply(string responseId, ReplyEvent reply, Instant now)
    {
        switch (reply)
        {
            case ReplyAudio audio:
                _output.Enqueue(responseId, audio.Samples, now);
                // The first frame leaves at once, before the session hears what else the models brought.
                SendOutput(now);
                break;
            case ReplyCompleted or ReplyFailed:
                _output.Complete(responseId, now);
                break;
        }
    }

    private void ExecuteCommands(Instant now)
    {
        while (_session.TryPollCommand(out var command)) Execute(command, now);
    }

    private void Execute(SessionCommand command, Instant now)
    {
        _models.Execute(command, now);
        switch (command)
        {
            case CancelReply cancel:
                _output.Complete(cancel.ResponseId, now);
                break;
            case ClearPlayout clear:
                _models.Consumed(clear.ResponseId, _output.Clear(clear.ResponseId));
                break;
            case CloseCall close:
                HangUpSoon(close.Reason.OfCall(), now);
                break;
        }
    }

    private void HandleTimer(CallTimer timer, Instant now)
    {
        switch (timer)
        {
            case CallTimer.Steer:
                Steer();
                _timers.Set(timer, now + OutputSteering.Period);
                break;
            case CallTimer.Farewell:
                Close(CloseReason, now);
                break;
        }
    }

    /// <summary>What is sent follows what arrives of it; what is heard waits for repairs as long as they take.</summary>
    private void Steer()
    {
        var stats = _peer.Stats;
        _output.Steer(new OutputConditions
        {
            Loss = stats.SendLoss,
            RoundTripTime = stats.RoundTripTime,
            PathBitsPerSecond = stats.EstimatedSendBitsPerSecond,
            CanRepeat = _peer.CanRepeatAudio,
            CanResend = _peer.CanResendAudio,
        });
        _peer.AudioRedundancy = _output.RedundancyLevels;
        _input.RepairWait = _peer.AudioRepairTime ?? TimeSpan.Zero;
    }

    /// <summary>What the client was not sent yet has a little time to arrive.</summary>
    private void HangUpSoon(CallCloseReason reason, Instant now)
    {
        if (_closeReason is not null) return;
        _closeReason = reason;
        _timers.Set(CallTimer.Farewell, now + FarewellTime);
    }

    private void EndSession(CallCloseReason reason, Instant now)
    {
        if (_hasEnded) return;
        _hasEnded = true;
        _closeReason ??= reason;
        _session.Close(now);
        if (CloseReason.IsResumable()) Remains = _session.Snapshot();
        // What the session would have cancelled one by one.
        while (_session.TryPollCommand(out _)) { }
        _models.Close();
        _audience.Close(SocketEnd.Of(CloseReason));
    }

    private enum CallTimer
    {
        /// <summary>Follow what is measured of the path.</summary>
        Steer,

        /// <summary>The session ended the call: hang up when its last events had time to arrive.</summary>
        Farewell,
    }
}
