using Parley.Net;
using Parley.Rtc;

namespace Parley.Transceiver.Caller;

/// <summary>Drives the caller and the dialogue of an <see cref="OutgoingCall"/> on its shard.</summary>
internal sealed class OutgoingCallShard(VoiceCaller caller, DialogueConfig config, ICallerObserver? observer) : IShardHandler
{
    public static readonly object HangUp = new();

    /// <summary>Samples of a microphone that may wait: 200 ms.</summary>
    private const int MaxToSay = VoiceCaller.SampleRate / 5;

    private readonly Dialogue _dialogue = new(caller, config);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly short[] _pcm = new short[VoiceCaller.HeardLength];
    private Instant _began = Instant.Never;
    private int _reported;
    private bool _isConnected;
    private string? _error;
    private CallRecord _record = new();

    /// <summary>Completes when the dialogue is over.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Completes when the connection is closed.</summary>
    public Task Gone => _gone.Task;

    /// <summary>As it stood when the dialogue was over, or the call was hung up.</summary>
    public CallRecord Record => Volatile.Read(ref _record);

    public Deadline NextDeadline => caller.NextDeadline;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        caller.HandleDatagram(datagram, now);
        Follow(now);
    }

    public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

    public void HandlePosted(object work, Instant now)
    {
        switch (work)
        {
            case Answer answer:
                _began = now;
                if (!caller.TryAcceptAnswer(answer.Sdp, now, out var error)) Fail($"The server's answer cannot be used: {error.Message}", now);
                break;
            case short[] microphone when caller.SamplesToSay < MaxToSay:
                // A microphone whose clock is fast, or that was not sent from yet, must not pile up delay.
                caller.Say(microphone);
                break;
            case not null when work == HangUp:
                Finish(now);
                caller.Close(now);
                break;
        }
        Follow(now);
    }

    public void HandleTimeout(Instant now)
    {
        caller.HandleTimeout(now);
        Follow(now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => caller.TryPollTransmit(buffer, out transmit);

    public void HandleFault(Exception exception)
    {
        Volatile.Write(ref _record, _record with { Error = exception.Message });
        _finished.TrySetResult();
    }

    private void Follow(Instant now)
    {
        while (caller.TryPollEvent(out var message))
        {
            observer?.EventReceived(message);
            _dialogue.HandleEvent(message, now);
        }
        while (caller.TryPollHeard(now, _pcm, out var length, out var at))
        {
            observer?.Heard(_pcm.AsSpan(0, length));
            _dialogue.HandleHeard(_pcm.AsSpan(0, length), at);
        }
        _dialogue.Advance(now);
        if (caller.State == PeerState.Connected && !_isConnected)
        {
            _isConnected = true;
            observer?.Connected(now - _began);
        }
        for (; _reported < _dialogue.Turns.Count; _reported++) observer?.TurnEnded(_reported + 1, _dialogue.Turns[_reported]);
        if (_dialogue.IsOver) Finish(now);
        if (caller.ClosedBy is not null) _gone.TrySetResult();
    }

    private void Fail(string error, Instant now)
    {
        _error = error;
        Finish(now);
    }

    private void Finish(Instant now)
    {
        if (_finished.Task.IsCompleted) return;
        Volatile.Write(ref _record, new CallRecord
        {
            Connected = Since(_dialogue.ConnectedAt),
            SessionCreated = Since(_dialogue.SessionAt),
            FirstSound = Since(_dialogue.FirstSoundAt),
            Duration = Since(now) ?? TimeSpan.Zero,
            Turns = [.. _dialogue.Turns],
            Network = caller.Stats,
            Playout = caller.PlayoutAt(now),
            Error = _error ?? _dialogue.Error,
        });
        _finished.TrySetResult();
    }

    private TimeSpan? Since(Instant instant) => instant.IsNever || _began.IsNever ? null : instant - _began;

    internal sealed record Answer(string Sdp);
}
