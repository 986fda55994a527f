using Parley.Net;

namespace Parley.Transceiver.Caller;

/// <summary>Drives the caller and the dialogue of an <see cref="OutgoingCall"/> on its shard.</summary>
internal sealed class OutgoingCallShard(VoiceCaller caller, DialogueConfig config, ICallerObserver? observer) : IShardHandler
{
    public static readonly object HangUp = new();

    /// <summary>Samples of a microphone that may wait: 200 ms.</summary>
    private const int MaxToSay = VoiceCaller.SampleRate / 5;

    private readonly DialogueRun _run = new(caller, config, observer);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
                _run.Begin(now);
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
        _run.Follow(now);
        if (_run.IsOver) Finish(now);
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
        Volatile.Write(ref _record, _run.RecordAt(now, _error) with { Network = caller.Stats, Playout = caller.PlayoutAt(now) });
        _finished.TrySetResult();
    }

    internal sealed record Answer(string Sdp);
}
