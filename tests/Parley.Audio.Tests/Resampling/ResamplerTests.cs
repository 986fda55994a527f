using CsCheck;
using Parley.Simulation;

namespace Parley.Audio.Tests;

public sealed class ResamplerTests
{
    public static TheoryData<int, int> Pairs => new()
    {
        { 48000, 24000 }, { 48000, 16000 }, { 24000, 16000 }, { 24000, 48000 }, { 16000, 24000 }, { 16000, 48000 },
        { 8000, 24000 }, { 8000, 16000 }, { 24000, 8000 }, { 22050, 24000 }, { 22050, 16000 }, { 44100, 24000 }, { 44100, 16000 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_pass_band_is_flat_and_free_of_distortion(int from, int to)
    {
        var nyquist = Math.Min(from, to) / 2.0;
        foreach (var part in (double[])[0.02, 0.1, 0.33, 0.5, 0.7, 0.85, 0.9])
        {
            var output = Convert(Signals.Tone(part * nyquist, from, from / 2), from, to)[(to / 20)..];
            var (amplitude, residual) = Signals.FitTone(output, part * nyquist, to);
            Assert.InRange(Signals.Decibels(amplitude / 16000), -0.05, 0.05);
            // Rounding to 16 bits, twice, leaves 0.4 of a step.
            Assert.True(Signals.Decibels(residual / (amplitude / Math.Sqrt(2))) < -75, $"THD+N {residual} at {part}");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_the_lower_rate_cannot_carry_is_rejected_by_70_decibels(int from, int to)
    {
        if (to > from) return;
        foreach (var frequency in (double[])[to / 2.0 * 1.001, to / 2.0 * 1.05, to / 2.0 * 1.3, from / 2.0 * 0.98])
        {
            var output = Convert(Signals.Tone(frequency, from, from / 2, 32000), from, to)[(to / 20)..];
            Assert.True(Signals.Decibels(Signals.Rms(output) / (32000 / Math.Sqrt(2))) < -70, $"{frequency} Hz leaves {Signals.Rms(output)}");
        }
    }

    [Fact]
    public void Images_above_the_old_Nyquist_frequency_are_rejected_by_70_decibels()
    {
        var output = Convert(Signals.Tone(7000, 16000, 16000, 32000), 16000, 48000)[4800..];
        var (_, residual) = Signals.FitTone(output, 7000, 48000);
        Assert.True(Signals.Decibels(residual / (32000 / Math.Sqrt(2))) < -70);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_delay_is_exactly_what_it_says(int from, int to)
    {
        const double Frequency = 437;
        var resampler = new Resampler(from, to);
        var input = Signals.Tone(Frequency, from, from / 4);
        var output = new short[resampler.OutputLength(input.Length)];
        resampler.Process(input, output);
        for (var n = to / 20; n < output.Length; n++)
        {
            var at = (double)n / to - (double)resampler.DelayInputSamples / from;
            Assert.InRange(output[n] - 16000 * Math.Sin(2 * Math.PI * Frequency * at), -8, 8);
        }
        Assert.InRange(resampler.Delay.TotalMilliseconds, 0, 6.5);
    }

    [Fact]
    public void The_output_does_not_depend_on_the_chunks() =>
        Gen.Select(Gen.Int[0, Pairs.Count - 1], Gen.Int[0, 700].Array[1, 30]).Sample((pair, chunks) =>
        {
            var (from, to) = Pairs.ElementAt(pair).Data;
            var input = Signals.WhiteNoise(chunks.Sum(), seed: 5, rms: 9000);
            var whole = Convert(input, from, to);
            var resampler = new Resampler(from, to);
            var pieces = new List<short>();
            var at = 0;
            foreach (var length in chunks)
            {
                var piece = new short[resampler.OutputLength(length)];
                Assert.Equal(piece.Length, resampler.Process(input.AsSpan(at, length), piece));
                pieces.AddRange(piece);
                at += length;
            }
            Assert.Equal(whole, pieces);
        }, iter: 60);

    [Theory]
    [InlineData(24000, 16000, 480, 320)]
    [InlineData(48000, 24000, 960, 480)]
    [InlineData(16000, 24000, 320, 480)]
    public void Frames_of_20_ms_give_frames_of_20_ms(int from, int to, int input, int output)
    {
        var resampler = new Resampler(from, to);
        var buffer = new short[output];
        for (var i = 0; i < 50; i++) Assert.Equal(output, resampler.Process(new short[input], buffer));
    }

    [Fact]
    public void Full_scale_saturates_and_does_not_wrap()
    {
        var square = new short[4800];
        for (var i = 0; i < square.Length; i++) square[i] = i / 60 % 2 == 0 ? short.MaxValue : short.MinValue;
        var output = Convert(square, 48000, 24000);
        var delay = new Resampler(48000, 24000).DelayInputSamples;
        for (var i = 600; i < output.Length; i++)
        {
            // Away from the edges, where the filter rings, each half of the square keeps its sign.
            var into = (2 * i - delay) % 60;
            if (into is < 10 or > 50) continue;
            Assert.Equal((2 * i - delay) / 60 % 2 == 0, output[i] > 0);
        }
        Assert.Contains(short.MaxValue, output);
        Assert.Contains(short.MinValue, output);
    }

    [Fact]
    public void An_equal_rate_is_a_copy()
    {
        var noise = Signals.WhiteNoise(100, seed: 2, rms: 5000);
        Assert.Equal(noise, Convert(noise, 24000, 24000));
    }

    [Fact]
    public void Reset_forgets_the_past()
    {
        var resampler = new Resampler(44100, 16000);
        var noise = Signals.WhiteNoise(1000, seed: 2, rms: 5000);
        var first = new short[resampler.OutputLength(noise.Length)];
        resampler.Process(noise, first);
        resampler.Reset();
        var again = new short[resampler.OutputLength(noise.Length)];
        resampler.Process(noise, again);
        Assert.Equal(first, again);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var resampler = new Resampler(24000, 16000);
        var input = new short[480];
        var output = new short[320];
        resampler.Process(input, output);
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 1000; i++) resampler.Process(input, output);
        }));
    }

    [Fact]
    public void An_unknown_rate_is_the_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(24000, 17000));

    private static short[] Convert(short[] input, int from, int to)
    {
        var resampler = new Resampler(from, to);
        var output = new short[resampler.OutputLength(input.Length)];
        Assert.Equal(output.Length, resampler.Process(input, output));
        return output;
    }
}
