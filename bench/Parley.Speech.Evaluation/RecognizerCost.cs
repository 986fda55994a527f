using System.Diagnostics;
using Parley.Speech.Embedded;

namespace Parley.Speech.Evaluation;

/// <summary>What the phrase recogniser costs.</summary>
/// <param name="StartupCpuSeconds">CPU time until it is ready, compilation included.</param>
/// <param name="CpuPercentOfAudio">CPU time per second of audio, of one core.</param>
/// <param name="FinalMilliseconds">Median time from the end of an utterance of 2 s to its transcript.</param>
public sealed record RecognizerCost(double StartupCpuSeconds, double CpuPercentOfAudio, double FinalMilliseconds)
{
    private const int Rounds = 200;
    private const int Chunk = 320;

    /// <summary>Makes a recogniser and measures it. Nothing else should run in the process.</summary>
    public static async Task<(PhraseRecognizer Recognizer, RecognizerCost Cost)> MeasureAsync(CancellationToken cancellationToken)
    {
        var before = Cpu();
        var recognizer = new PhraseRecognizer();
        await recognizer.Ready;
        var startup = Cpu() - before;

        var samples = Line.Carry(Speaker.HeldOut[0].Say("Tell me a story."), Condition.Clean, seed: 1);
        var finals = new List<double>();
        for (var round = 0; round < 2 * Rounds; round++)
        {
            if (round == Rounds) (before, finals) = (Cpu(), []);
            var ended = 0L;
            await foreach (var _ in recognizer.RecognizeAsync(Utterance(), new(), cancellationToken))
                finals.Add(Stopwatch.GetElapsedTime(ended).TotalMilliseconds);

            async IAsyncEnumerable<ReadOnlyMemory<short>> Utterance()
            {
                await Task.CompletedTask;
                for (var i = 0; i < samples.Length; i += Chunk) yield return samples.AsMemory(i, Math.Min(Chunk, samples.Length - i));
                ended = Stopwatch.GetTimestamp();
            }
        }
        var percent = 100 * (Cpu() - before).TotalSeconds / (Rounds * samples.Length / (double)Line.SampleRate);
        finals.Sort();
        return (recognizer, new(Math.Round(startup.TotalSeconds, 2), Math.Round(percent, 2), Math.Round(finals[Rounds / 2], 1)));
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
