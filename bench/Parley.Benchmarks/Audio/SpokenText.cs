using Parley.Audio;
using Parley.Speech;
using Parley.Speech.Embedded;

namespace Parley.Benchmarks.Audio;

/// <summary>Some seconds of speech: the cost of a codec depends on what it hears.</summary>
internal static class SpokenText
{
    private const string Text =
        "The quick brown fox jumps over the lazy dog, and the dog does not mind at all. Six ships sailed slowly past the southern shore, "
        + "while the people on the beach were looking for shells and for something good to eat.";

    /// <summary>Mono, 16 bit, 24 kHz.</summary>
    public static async Task<short[]> SpeakAsync(CancellationToken cancellationToken)
    {
        var voice = new FliteSynthesizer();
        List<short> samples = [];
        await foreach (var frame in voice.SpeakAsync(Text, new SynthesisOptions(voice.Voices[0]), cancellationToken))
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
