using Parley.Voices;

namespace Parley.EndToEnd.Tests;

/// <summary>What a fake microphone says and when. The voices are espeak-ng's, which no template of the recogniser comes from.</summary>
internal sealed class Timeline
{
    private const int SampleRate = 48_000;

    private readonly List<(double At, short[] Samples)> _parts = [];

    /// <param name="at">Seconds from the microphone's start.</param>
    public Timeline Says(string text, double at, string voice)
    {
        _parts.Add((at, Espeak.Speak(text, new EspeakVoice(voice), SampleRate)));
        return this;
    }

    /// <summary>Writes a mono WAV of the given length in seconds.</summary>
    public void Write(string path, double seconds)
    {
        var samples = new short[(int)(seconds * SampleRate)];
        foreach (var (at, part) in _parts)
        {
            var start = (int)(at * SampleRate);
            part.AsSpan(0, Math.Min(part.Length, samples.Length - start)).CopyTo(samples.AsSpan(start));
        }
        WavFile.WriteMono(path, SampleRate, samples);
    }
}
