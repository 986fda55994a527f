using System.Text.Json;
using Parley.Voices;

namespace Parley.EndToEnd.Tests;

/// <summary>A call made by the talk page in a real browser, and what was recorded of it.</summary>
internal sealed record BrowserCall(JsonElement Result, SideRecording Microphone, SideRecording Agent)
{
    private const double MarginSeconds = 60;

    public static async Task<BrowserCall> MakeAsync(ParleyServer server, string browser, Timeline microphone, double seconds, string name)
    {
        var input = Checkout.Artifact($"{name}-microphone.wav");
        var recording = Checkout.Artifact($"{name}.wav");
        microphone.Write(input, seconds + 2);
        var (program, arguments) = server.Beside(
            "node",
            [
                "call.mjs", "--browser", browser, "--url", server.Url.ToString(), "--microphone", input,
                "--seconds", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), "--out", recording,
                "--screenshot", Checkout.Artifact($"{name}.png"),
            ]);
        var output = await ChildProcess.RunAsync(program, arguments, TimeSpan.FromSeconds(seconds + MarginSeconds), Checkout.BrowserScripts);
        using var json = JsonDocument.Parse(output);
        var wav = WavFile.Read(recording);
        return new BrowserCall(json.RootElement.Clone(), new(wav.SampleRate, wav.Channels[0]), new(wav.SampleRate, wav.Channels[1]));
    }

    public IEnumerable<JsonElement> Events => Result.GetProperty("events").EnumerateArray();

    public IReadOnlyList<string> EventTypes => [.. Events.Select(e => e.GetProperty("type").GetString()!)];

    /// <summary>The user's words, as the data channel brought them.</summary>
    public IReadOnlyList<string> UserTranscripts =>
        [.. Events.Where(e => e.GetProperty("type").GetString() == "conversation.item.input_audio_transcription.completed")
            .Select(e => e.GetProperty("transcript").GetString()!)];

    public IReadOnlyList<string> PageFaults => [.. Result.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)];
}
