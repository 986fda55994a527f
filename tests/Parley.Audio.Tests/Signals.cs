using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>Synthetic signals, made from a formula or a seed.</summary>
internal static class Signals
{
    public static short[] Tone(double frequency, int sampleRate, int samples, double amplitude = 16000)
    {
        var tone = new short[samples];
        for (var i = 0; i < samples; i++)
            tone[i] = (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * frequency * i / sampleRate));
        return tone;
    }

    public static short[] WhiteNoise(int samples, ulong seed, double rms)
    {
        var random = new SeededRandom(seed);
        var noise = new short[samples];
        for (var i = 0; i < samples; i++)
            noise[i] = (short)Math.Clamp(Math.Round(random.NextGaussian() * rms), short.MinValue, short.MaxValue);
        return noise;
    }

    /// <summary>
    /// A voice-like sound: a glottal buzz of moving pitch through two resonances, in syllables of 250 ms that fade by
    /// <paramref name="depth"/> (0…1) between each other.
    /// </summary>
    public static short[] VoiceLike(int sampleRate, int samples, double amplitude = 8000, double depth = 1)
    {
        var voice = new short[samples];
        var phase = 0.0;
        for (var i = 0; i < samples; i++)
        {
            var time = (double)i / sampleRate;
            phase += (120 + 20 * Math.Sin(2 * Math.PI * 0.7 * time)) / sampleRate;
            double sum = 0;
            for (var harmonic = 1; harmonic <= 24; harmonic++)
            {
                var hz = harmonic * 120.0;
                var formants = 1 / (1 + Math.Pow((hz - 600) / 200, 2)) + 0.6 / (1 + Math.Pow((hz - 1500) / 250, 2)) + 0.02;
                sum += formants * Math.Sin(2 * Math.PI * harmonic * phase);
            }
            var syllable = 1 - depth * (0.5 + 0.5 * Math.Cos(2 * Math.PI * time / 0.25));
            voice[i] = (short)Math.Clamp(amplitude * 0.5 * sum * syllable, short.MinValue, short.MaxValue);
        }
        return voice;
    }

    public static double Rms(ReadOnlySpan<short> signal)
    {
        double sum = 0;
        foreach (var sample in signal) sum += (double)sample * sample;
        return Math.Sqrt(sum / Math.Max(1, signal.Length));
    }

    /// <summary>The largest difference of two samples that follow each other: a click is larger than any of the sound itself.</summary>
    public static int LargestStep(ReadOnlySpan<short> signal)
    {
        var largest = 0;
        for (var i = 1; i < signal.Length; i++) largest = Math.Max(largest, Math.Abs(signal[i] - signal[i - 1]));
        return largest;
    }

    /// <summary>The least-squares sinusoid of <paramref name="frequency"/> in a signal, and the RMS of what is left.</summary>
    public static (double Amplitude, double ResidualRms) FitTone(ReadOnlySpan<short> signal, double frequency, int sampleRate)
    {
        double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * frequency * i / sampleRate);
            ss += s * s;
            cc += c * c;
            sc += s * c;
            ys += signal[i] * s;
            yc += signal[i] * c;
        }
        var determinant = ss * cc - sc * sc;
        var a = (ys * cc - yc * sc) / determinant;
        var b = (yc * ss - ys * sc) / determinant;
        double residual = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * frequency * i / sampleRate);
            var error = signal[i] - a * s - b * c;
            residual += error * error;
        }
        return (Math.Sqrt(a * a + b * b), Math.Sqrt(residual / signal.Length));
    }

    public static double Decibels(double ratio) => 20 * Math.Log10(ratio);
}
