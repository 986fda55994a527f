using Parley.Audio;
using Parley.Benchmarks.Measuring;
using Parley.Benchmarks.Results;

namespace Parley.Benchmarks.Audio;

/// <summary>The cost of a call's audio.</summary>
internal sealed class AudioBenchmark : IBenchmark
{
    private const string Text =
        "The quick brown fox jumps over the lazy dog, and the dog does not mind at all. Six ships sailed slowly past the southern shore, "
        + "while the people on the beach were looking for shells and for something good to eat.";

    private static readonly TimeSpan RaceLength = TimeSpan.FromSeconds(10);

    public string Name => "audio";

    public string Summary => "Opus, resampling and speech detection: the share of real time that each takes of one core";

    public IReadOnlyList<string> Notes =>
    [
        $"Speech of the embedded voice; {OpusLibrary.Version}, {new OpusEncoderConfig().BitsPerSecond / 1000} kbit/s, complexity "
        + $"{new OpusEncoderConfig().Complexity}, in-band FEC. share = time taken ÷ time of the audio, in percent of one core.",
    ];

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        using var audio = new AudioContenders(await SpokenText.SpeakAsync(Text, cancellationToken));
        (string Name, Contender Contender, int Milliseconds)[] steps =
        [
            ("opus.encode", audio.Encode, 20),
            ("opus.decode", audio.Decode, 20),
            ("speech-detector", audio.Detect, 10),
            ("speech-detector.silence", audio.DetectSilence, 10),
            ("resampler.24-to-16", audio.Resample, 10),
        ];
        var times = Race.MedianNanoseconds(RaceLength, [.. steps.Select(step => step.Contender)]);
        List<BenchmarkResult> results = [];
        double whole = 0;
        foreach (var (step, time) in steps.Zip(times))
        {
            var share = 100 * time / (step.Milliseconds * 1e6);
            if (step.Contender != audio.DetectSilence) whole += share;
            results.Add(new($"{step.Name}.frame", time, $"ns/{step.Milliseconds} ms"));
            results.Add(new($"{step.Name}.share", share, "% of a core"));
        }
        results.Add(new("call.share", whole, "% of a core"));
        foreach (var step in steps) results.Add(new($"{step.Name}.allocated", Race.BytesAllocated(step.Contender), "bytes/frame", Goal: Goal.AtMost(0)));
        return results;
    }
}
