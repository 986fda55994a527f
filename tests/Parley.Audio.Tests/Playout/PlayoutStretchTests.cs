using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>Shortening and lengthening change the time and nothing else that is heard.</summary>
public sealed class PlayoutStretchTests
{
    private const int SampleRate = PlayoutCall.SampleRate;
    private const double Amplitude = 8000;

    [Theory]
    [InlineData(180)]
    [InlineData(440)]
    [InlineData(1000)]
    public void A_tone_keeps_its_pitch_its_level_and_its_smoothness(int frequency)
    {
        using var call = Stretched(Signals.Tone(frequency, SampleRate, SampleRate * 5, Amplitude));
        var played = call.PlayedFrom(2, 60);
        Assert.InRange(Frequency(played), frequency * 0.995, frequency * 1.005);
        // The steepest step of the tone itself, and a little for the codec.
        var steepest = Amplitude * 2 * Math.PI * frequency / SampleRate;
        Assert.True(Signals.LargestStep(played) < steepest * 1.25 + 100, $"a step of {Signals.LargestStep(played)}, the tone's own are {steepest:0}");
        foreach (var second in Enumerable.Range(0, 57))
            Assert.InRange(Signals.Decibels(Signals.Rms(played.AsSpan(second * SampleRate, SampleRate)) / (Amplitude / Math.Sqrt(2))), -0.7, 0.7);
    }

    [Fact]
    public void A_voice_keeps_its_pitch_its_level_and_its_smoothness()
    {
        var voice = Signals.VoiceLike(SampleRate, SampleRate * 5, depth: 0.8);
        using var call = Stretched(voice);
        var played = call.PlayedFrom(2, 60);
        Assert.InRange(Signals.Decibels(Signals.Rms(played) / Signals.Rms(voice)), -0.7, 0.7);
        Assert.InRange(Signals.LargestStep(played), 0, Signals.LargestStep(voice) * 1.3);
        // The pitch sways between 100 and 140 Hz: its mean is what must stay.
        Assert.InRange(Pitch(played), Pitch(voice) - 2, Pitch(voice) + 2);
    }

    [Fact]
    public void A_line_that_is_shortened_and_lengthened_by_hand_goes_on_smoothly_at_every_splice()
    {
        var line = new SampleLine(SampleRate, SampleRate);
        line.Append(Signals.Tone(300, SampleRate, SampleRate / 2, Amplitude));
        var output = new List<short>();
        Span<short> pull = new short[240];
        var changed = 0;
        for (var i = 0; line.Count > 2400; i++)
        {
            var by = i % 2 == 0 ? -line.TryShorten(0.9, 0) : line.TryLengthen(0.9, 0);
            Assert.NotEqual(0, by);
            // Whole periods of 80 samples.
            Assert.InRange(Math.Abs(by) % 80, 0, 0);
            changed++;
            line.Take(pull);
            output.AddRange(pull);
        }
        Assert.True(changed > 30);
        Assert.InRange(Signals.LargestStep([.. output]), 0, Amplitude * 2 * Math.PI * 300 / SampleRate + 2);
    }

    [Fact]
    public void Noise_that_repeats_nowhere_is_left_alone_and_silence_may_be_cut_anywhere()
    {
        var noise = new SampleLine(SampleRate, SampleRate);
        noise.Append(Signals.WhiteNoise(SampleRate / 2, seed: 4, rms: 2000));
        Assert.Equal(0, noise.TryShorten(0.9, 64));
        noise.Take(new short[SampleRate / 10]);
        Assert.Equal(0, noise.TryLengthen(0.9, 64));
        var hush = new SampleLine(SampleRate, SampleRate);
        hush.Append(Signals.WhiteNoise(SampleRate / 2, seed: 4, rms: 10));
        Assert.Equal(360, hush.TryShorten(0.9, 64));
        hush.Take(new short[SampleRate / 10]);
        Assert.Equal(360, hush.TryLengthen(0.9, 64));
    }

    /// <summary>A minute over a path whose jitter comes and goes, so that much is cut and repeated; nothing is lost.</summary>
    private static PlayoutCall Stretched(short[] signal)
    {
        var call = new PlayoutCall(LinkConditions.Perfect, seed: 8, ppm: 20_000,
            config: new PlayoutConfig { MinDelay = TimeSpan.FromMilliseconds(60), InitialDelay = TimeSpan.FromMilliseconds(60) });
        var packets = PlayoutCall.Encode(signal);
        for (var i = 0; i < 6; i++)
        {
            call.Link.Conditions = new LinkConditions { Jitter = TimeSpan.FromMilliseconds(i % 2 == 0 ? 5 : 35) };
            call.Send(packets, TimeSpan.FromSeconds(10));
        }
        var ratio = call.Count(PlayoutCount.ConcealedSamples) / (double)call.Count(PlayoutCount.PlayedSamples);
        Assert.InRange(ratio, 0, 0.001);
        Assert.True(call.Count(PlayoutCount.AcceleratedSamples) > SampleRate / 2, $"{call.Count(PlayoutCount.AcceleratedSamples)} samples cut");
        return call;
    }

    /// <summary>Upward zero crossings per second.</summary>
    private static double Frequency(short[] signal)
    {
        var crossings = 0;
        for (var i = 1; i < signal.Length; i++)
            if (signal[i - 1] < 0 && signal[i] >= 0) crossings++;
        return crossings / (signal.Length / (double)SampleRate);
    }

    /// <summary>Mean over windows of 40 ms of the frequency of the highest autocorrelation, 80…200 Hz.</summary>
    private static double Pitch(short[] signal)
    {
        var pitches = new List<double>();
        for (var at = 0; at + 2400 < signal.Length; at += 2400)
        {
            var window = signal.AsSpan(at, 2400);
            if (Signals.Rms(window) < 500) continue;
            var (offset, likeness) = PitchMatch.Find(window[..480], window[(SampleRate / 200)..(SampleRate / 80 + 480)], SampleRate);
            if (likeness > 0.8) pitches.Add(SampleRate / (SampleRate / 200.0 + offset));
        }
        return pitches.Average();
    }
}
