using System.Text.Json;
using Parley.Voices;

namespace Parley.EndToEnd.Tests;

/// <summary>A call made by the talk page in a real browser, and what was recorded of it.</summary>
internal sealed record BrowserCall(JsonElement Result, SideRecording Microphone, SideRecording Agent)
{
    private const double MarginSeconds = 60;

    public static Task<BrowserCall> MakeAsync(ParleyServer server, string browser, Timeline microphone, double seconds, string name) =>
        MakeAsync(server.Url, server.Beside, browser, microphone, seconds, name);

    /// <param name="url">The talk page.</param>
    /// <param name="beside">A program and its arguments, made to run where the browser is to run.</param>
    public static async Task<BrowserCall> MakeAsync(
        Uri url, Func<string, IEnumerable<string>, (string Program, IEnumerable<string> Arguments)> beside, string browser, Timeline microphone, double seconds, string name)
    {
        var input = Checkout.Artifact($"{name}-microphone.wav");
        var recording = Checkout.Artifact($"{name}.wav");
        microphone.Write(input, seconds + 2);
        var (program, arguments) = beside(
            "node",
            [
                "call.mjs", "--browser", browser, "--url", url.ToString(), "--microphone", input,
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
