using Parley.Voices;

namespace Parley.EndToEnd.Tests.Relays;

/// <summary>A sound without pauses: whatever is silent in its echo is a gap.</summary>
internal static class SteadySound
{
    private const int SampleRate = 48_000;

    /// <summary>Writes a vowel that wavers, so that it is no tone that a concealment could go on with for ever.</summary>
    /// <param name="part">Where it is to have silences: so many seconds of sound and as many of silence take turns.</param>
    public static void Write(string path, double seconds, double? part = null)
    {
        var samples = new short[(int)(seconds * SampleRate)];
        double phase = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var t = (double)i / SampleRate;
            phase += 2 * Math.PI * (140 + 25 * Math.Sin(2 * Math.PI * 3.1 * t)) / SampleRate;
            double sum = 0;
            for (var harmonic = 1; harmonic <= 12; harmonic++) sum += Math.Sin(harmonic * phase) / harmonic;
            if (part is { } length && t / length % 2 >= 1) continue;
            samples[i] = (short)(6000 * sum * (0.8 + 0.2 * Math.Sin(2 * Math.PI * 4.3 * t)));
        }
        WavFile.WriteMono(path, SampleRate, samples);
    }

    /// <summary>How long each sound of an echo with silences was, in milliseconds, shortest first; not the last, which the end of the call may have cut.</summary>
    public static IReadOnlyList<double> SoundsIn(string path)
    {
        var wav = WavFile.Read(path);
        var sounds = new SideRecording(wav.SampleRate, wav.Channels[0]).Sounds(gap: 0.2);
        return [.. sounds.SkipLast(1).Select(sound => (sound.End - sound.Start) * 1000).Order()];
    }

    /// <summary>Silences within the echo, in milliseconds, longest first.</summary>
    public static IReadOnlyList<double> GapsIn(string path)
    {
        var wav = WavFile.Read(path);
        var sounds = new SideRecording(wav.SampleRate, wav.Channels[0]).Sounds(gap: 0.015);
        return [.. sounds.Zip(sounds.Skip(1), (before, after) => (after.Start - before.End) * 1000).OrderDescending()];
    }

    /// <summary>0 where there was none.</summary>
    public static double Longest(IReadOnlyList<double> gaps) => gaps.Count == 0 ? 0 : gaps[0];

    /// <summary>When the echo was heard first and last, in seconds.</summary>
    public static (double Start, double End) SpanIn(string path)
    {
        var wav = WavFile.Read(path);
        var sounds = new SideRecording(wav.SampleRate, wav.Channels[0]).Sounds();
        return sounds.Count == 0 ? (0, 0) : (sounds[0].Start, sounds[^1].End);
    }
}
