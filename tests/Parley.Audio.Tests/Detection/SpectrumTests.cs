using Parley.Simulation;

namespace Parley.Audio.Tests;

public sealed class SpectrumTests
{
    [Fact]
    public void The_fast_transform_is_the_slow_one()
    {
        const int Length = PowerSpectrum.Length;
        var random = new SeededRandom(3);
        var signal = new float[Length];
        for (var i = 0; i < Length; i++) signal[i] = (float)random.NextGaussian();
        var power = new float[PowerSpectrum.BinCount];
        PowerSpectrum.Measure(signal, power);
        for (var k = 0; k <= Length / 2; k++)
        {
            double re = 0, im = 0;
            for (var i = 0; i < Length; i++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * k * i / Length);
                re += signal[i] * cos;
                im += signal[i] * sin;
            }
            Assert.Equal(re * re + im * im, power[k], tolerance: 1e-3 * Length);
        }
    }

    [Fact]
    public void Noise_is_learnt_in_half_a_second_and_kept_while_speech_covers_it()
    {
        var random = new SeededRandom(3);
        var tracker = new NoiseTracker(16, firstPower: 1e-6f);
        var power = new float[tracker.PaddedLength];
        for (var step = 0; step < 50; step++) Noise(1);
        Assert.InRange(Mean(), 0.6, 1.4);
        // A second of syllables 20 dB above it, with dips between.
        for (var step = 0; step < 100; step++) Noise(step % 25 < 18 ? 100 : 1);
        Assert.InRange(Mean(), 0.5, 3);
        for (var step = 0; step < 300; step++) Noise(10);
        Assert.InRange(Mean(), 6, 14);

        void Noise(float level)
        {
            for (var bin = 0; bin < 16; bin++)
                power[bin] = level * (float)-Math.Log(1 - random.NextDouble());
            tracker.Update(power);
        }

        double Mean()
        {
            double sum = 0;
            foreach (var value in tracker.Noise) sum += value;
            return sum / 16;
        }
    }

    /// <summary>Operations on subnormal numbers take a hundred times as long on some processors: with a muted microphone the tracker once took most of a core's time.</summary>
    [Fact]
    public void The_noise_of_digital_silence_stays_a_normal_number()
    {
        var tracker = new NoiseTracker(16, firstPower: 1e-6f);
        var power = new float[tracker.PaddedLength];
        for (var step = 0; step < 10_000; step++) tracker.Update(power);
        foreach (var value in tracker.Noise) Assert.True(float.IsNormal(value), $"{value}");
    }
}
