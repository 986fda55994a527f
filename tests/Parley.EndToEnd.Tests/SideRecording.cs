using Parley.Audio;

namespace Parley.EndToEnd.Tests;

/// <summary>One side of a recorded call, looked at in frames of 10 ms.</summary>
internal sealed class SideRecording
{
    /// <summary>Below this a frame is silence. dBFS.</summary>
    private const double SilenceDb = -45;

    private readonly double[] _levels;
    private readonly short[] _samples;
    private readonly int _frame;
    private readonly int _rate;

    public SideRecording(int sampleRate, short[] samples)
    {
        _rate = sampleRate;
        _frame = sampleRate / 100;
        _samples = samples;
        _levels = new double[samples.Length / _frame];
        for (var i = 0; i < _levels.Length; i++)
        {
            double energy = 0;
            foreach (var sample in samples.AsSpan(i * _frame, _frame)) energy += (double)sample * sample;
            _levels[i] = 10 * Math.Log10(energy / _frame / (32768.0 * 32768.0) + 1e-12);
        }
    }

    public double Seconds => (double)_samples.Length / _rate;

    /// <summary>Stretches of sound, in seconds; silences shorter than <paramref name="gap"/> do not part them.</summary>
    public IReadOnlyList<(double Start, double End)> Sounds(double gap = 0.3)
    {
        var sounds = new List<(double Start, double End)>();
        for (var i = 0; i < _levels.Length; i++)
        {
            if (_levels[i] < SilenceDb) continue;
            var (start, end) = (i / 100.0, (i + 1) / 100.0);
            if (sounds.Count > 0 && start - sounds[^1].End < gap) sounds[^1] = (sounds[^1].Start, end);
            else sounds.Add((start, end));
        }
        return [.. sounds.Where(sound => sound.End - sound.Start >= 0.05)];
    }

    /// <summary>The share of the sounding frames between two times that the speech detector takes for speech.</summary>
    public double SpeechShare(double from, double to)
    {
        var resampler = new Resampler(_rate, 16_000);
        var detector = new SpeechDetector();
        var output = new short[2048];
        var pending = new List<short>();
        int sounding = 0, speech = 0;
        for (var i = 0; i < _levels.Length; i++)
        {
            var written = resampler.Process(_samples.AsSpan(i * _frame, _frame), output);
            pending.AddRange(output.AsSpan(0, written));
            while (pending.Count >= 160)
            {
                var probability = detector.Process(pending.GetRange(0, 160).ToArray());
                pending.RemoveRange(0, 160);
                if (i < from * 100 || i >= to * 100 || _levels[i] < SilenceDb) continue;
                sounding++;
                if (probability >= 0.5) speech++;
            }
        }
        return sounding == 0 ? 0 : (double)speech / sounding;
    }
}
