using System.Text.Json;
using Parley.Net;
using Parley.Rtc;

namespace Parley.Transceiver.Caller;

/// <summary>Drives the <see cref="VoiceCaller"/> of a <see cref="SelfCall"/> on its shard, and notes how far it comes.</summary>
internal sealed class SelfCallShard(VoiceCaller caller, string line) : IShardHandler
{
    public static readonly object HangUp = new();

    /// <summary>Louder than the noise of a codec that encodes silence.</summary>
    private const int AudibleLevel = 500;

    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly short[] _pcm = new short[VoiceCaller.SampleRate * 120 / 1000];
    private Instant _began;
    private SelfCallReport _report = new();

    /// <summary>Completes when the reply was heard, or nothing more is to be expected.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Completes when the connection is closed.</summary>
    public Task Gone => _gone.Task;

    public SelfCallReport Report => Volatile.Read(ref _report);

    public Deadline NextDeadline => caller.NextDeadline;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        caller.HandleDatagram(datagram, now);
        Follow(now);
    }

    public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

    public void HandlePosted(object work, Instant now)
    {
        if (work == HangUp) caller.Close(now);
        else if (work is Answer answer) Accept(answer.Sdp, now);
        Follow(now);
    }

    public void HandleTimeout(Instant now)
    {
        caller.HandleTimeout(now);
        Follow(now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => caller.TryPollTransmit(buffer, out transmit);

    public void HandleFault(Exception exception) => Fail(exception.Message);

    private void Accept(string sdp, Instant now)
    {
        _began = now;
        if (!caller.TryAcceptAnswer(sdp, now, out var error)) Fail(error.Message);
    }

    private void Follow(Instant now)
    {
        var since = now - _began;
        if (caller.State == PeerState.Connected && _report.Connected is null) _report = _report with { Connected = since };
        while (caller.TryPollEvent(out var json)) HandleEvent(json, since, now);
        while (caller.TryPollHeard(now, _pcm, out var length, out _))
        {
            if (_report.FirstSound is not null || !_pcm.AsSpan(0, length).ContainsAnyExceptInRange((short)-AudibleLevel, (short)AudibleLevel)) continue;
            _report = _report with { FirstSound = since };
            _finished.TrySetResult();
        }
        if (caller.ClosedBy is not { } reason) return;
        if (!_finished.Task.IsCompleted) Fail($"The connection ended: {reason}.");
        _gone.TrySetResult();
    }

    private void HandleEvent(byte[] json, TimeSpan since, Instant now)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        switch (root.GetProperty("type").GetString())
        {
            case "session.created":
                _report = _report with { SessionCreated = since };
                var text = JsonEncodedText.Encode(line);
                Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""", now);
                Send("""{"type":"response.create"}""", now);
                break;
            case "error":
                Fail(root.GetProperty("error").GetProperty("message").GetString() ?? "The server reported an error.");
                break;
            case "response.done" when root.GetProperty("response").GetProperty("status").GetString() == "failed":
                Fail(FailureOf(root.GetProperty("response")));
                break;
        }
    }

    private static string FailureOf(JsonElement response) =>
        response.TryGetProperty("status_details", out var details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("error", out var error) && error.TryGetProperty("message", out var message)
            ? message.GetString() ?? "The reply failed." : "The reply failed.";

    private void Send(string json, Instant now)
    {
        if (!caller.TrySendEvent(System.Text.Encoding.UTF8.GetBytes(json), now)) Fail("The data channel did not take an event.");
    }

    private void Fail(string error)
    {
        if (_report.Error is null) _report = _report with { Error = error };
        _finished.TrySetResult();
    }

    internal sealed record Answer(string Sdp);
}
