using System.Text;
using System.Text.Json;
using Parley.Cli.Call.Alsa;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>Records what is heard and prints what happens, while it happens. Called on the call's thread.</summary>
internal sealed class CallFollower(WavRecording? recording, Loudspeaker? loudspeaker, TextWriter? turns, TextWriter? events, TimeProvider time) : ICallerObserver
{
    private readonly long _began = time.GetTimestamp();

    public void Connected(TimeSpan sinceAnswer) => turns?.WriteLine(FormattableString.Invariant($"  connected after {sinceAnswer.TotalMilliseconds:0} ms"));

    public void EventReceived(ReadOnlySpan<byte> message)
    {
        if (events is null) return;
        var (type, text) = Read(message);
        events.WriteLine(FormattableString.Invariant(
            $"  {time.GetElapsedTime(_began).TotalSeconds,8:0.000}  {Terminal.OneLine(type)}{(text is null ? "" : ": " + Terminal.OneLine(text))}"));
    }

    public void Heard(ReadOnlySpan<short> pcm)
    {
        recording?.Write(pcm);
        loudspeaker?.Play(pcm);
    }

    public void TurnEnded(int number, TurnReport turn) => turns?.WriteLine("  " + CallSummary.Line(number, turn));

    /// <summary>The type of an event, and its words when it has any.</summary>
    private static (string Type, string? Text) Read(ReadOnlySpan<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(message));
            var type = json.RootElement.GetProperty("type").GetString() ?? "";
            return (type, json.RootElement.TryGetProperty("transcript", out var transcript) ? transcript.GetString() : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (FormattableString.Invariant($"(a message of {message.Length} bytes)"), null);
        }
    }
}
