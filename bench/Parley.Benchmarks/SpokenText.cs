using Parley.Audio;
using Parley.Speech;
using Parley.Speech.Embedded;

namespace Parley.Benchmarks;

/// <summary>Speech of the embedded voice: what codecs, detectors and turns cost depends on what they hear.</summary>
internal static class SpokenText
{
    /// <summary>Mono, 16 bit, 24 kHz.</summary>
    public static async Task<short[]> SpeakAsync(string text, CancellationToken cancellationToken)
    {
        var voice = new FliteSynthesizer();
        List<short> samples = [];
        await foreach (var frame in voice.SpeakAsync(text, new SynthesisOptions(voice.Voices[0]), cancellationToken))
            samples.AddRange(frame.Samples.Span);
        return [.. samples];
    }

    public static short[] Resample(short[] samples, int fromHz, int toHz)
    {
        var resampler = new Resampler(fromHz, toHz);
        var output = new short[resampler.OutputLength(samples.Length)];
        return output[..resampler.Process(samples, output)];
    }
}
