using System.Text;
using Parley.Net;
using Parley.Transceiver.Caller;

namespace Parley.Transceiver.Tests;

/// <summary>Takes the answer as a post, sends one message, and notes what comes back.</summary>
internal sealed class LoopbackCallerShard(VoiceCaller caller, string message) : IShardHandler
{
    public const string Message = """{"type":"greeting"}""";

    private readonly TaskCompletionSource<string> _message = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly short[] _pcm = new short[VoiceCaller.SampleRate * 120 / 1000];
    private long _heard;
    private bool _hasSent;

    /// <summary>Packets of audio that came back.</summary>
    public long PacketsHeard => Volatile.Read(ref _heard);

    public Task<string> Returned => _message.Task;

    public Task IsGone => _gone.Task;

    public Exception? Fault { get; private set; }

    public Deadline NextDeadline => caller.NextDeadline;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        caller.HandleDatagram(datagram, now);
        Follow(now);
    }

    public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

    public void HandlePosted(object work, Instant now)
    {
        if (work is Action action) action();
        else Assert.True(caller.TryAcceptAnswer((string)work, now, out _));
    }

    public void HandleTimeout(Instant now)
    {
        caller.HandleTimeout(now);
        Follow(now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => caller.TryPollTransmit(buffer, out transmit);

    public void HandleFault(Exception exception) => Fault = exception;

    private void Follow(Instant now)
    {
        if (!_hasSent) _hasSent = caller.TrySendEvent(Encoding.UTF8.GetBytes(message), now);
        while (caller.TryPollEvent(out var json)) _message.TrySetResult(Encoding.UTF8.GetString(json));
        while (caller.TryPollHeard(now, _pcm, out _, out _)) { }
        Volatile.Write(ref _heard, caller.Stats.PacketsReceived);
        if (caller.ClosedBy is not null) _gone.TrySetResult();
    }
}
