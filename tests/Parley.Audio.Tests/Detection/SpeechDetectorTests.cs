using Parley.Audio.Fitting;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>The detector on voices and noises that its fit never heard. The speech comes from espeak-ng and flite.</summary>
public sealed class SpeechDetectorTests(SpeechDetectorTests.Voices voices) : IClassFixture<SpeechDetectorTests.Voices>
{
    [Theory]
    [InlineData(NoiseKind.White, 20, 0.97, 0.01)]
    [InlineData(NoiseKind.White, 10, 0.94, 0.02)]
    [InlineData(NoiseKind.Pink, 20, 0.97, 0.01)]
    [InlineData(NoiseKind.Pink, 10, 0.95, 0.02)]
    [InlineData(NoiseKind.Pink, 5, 0.93, 0.04)]
    [InlineData(NoiseKind.Brown, 10, 0.95, 0.02)]
    [InlineData(NoiseKind.Hum, 10, 0.95, 0.02)]
    [InlineData(NoiseKind.Fan, 10, 0.94, 0.02)]
    [InlineData(NoiseKind.Keyboard, 10, 0.95, 0.03)]
    [InlineData(NoiseKind.Knocks, 10, 0.95, 0.03)]
    [InlineData(NoiseKind.Babble, 20, 0.95, 0.05)]
    public void Speech_in_noise_is_told_from_its_pauses(NoiseKind noise, double ratio, double hits, double falseAlarms)
    {
        var result = Judge(new ClipPlan { Noise = noise, SignalToNoise = ratio }, clips: 4);
        Assert.True(result.HitRate >= hits, $"hit rate {result.HitRate:P1}");
        Assert.True(result.FalseAlarmRate <= falseAlarms, $"false alarms {result.FalseAlarmRate:P1}");
    }

    [Fact]
    public void Clean_speech_is_found_and_its_end_is_seen_soon()
    {
        var result = Judge(new ClipPlan(), clips: 6);
        Assert.True(result.HitRate > 0.97, $"hit rate {result.HitRate:P1}");
        Assert.InRange(result.OnsetMilliseconds(0.5), 0, 50);
        Assert.InRange(result.ReleaseMilliseconds(0.9), 0, 150);
    }

    [Fact]
    public void Speech_at_the_very_start_of_a_call_is_found_at_once()
    {
        var result = Judge(new ClipPlan { Start = 0.02, Seconds = 1.5, Noise = NoiseKind.Pink, SignalToNoise = 20 }, clips: 15);
        Assert.InRange(result.OnsetMilliseconds(0.5), 0, 50);
        Assert.InRange(result.OnsetMilliseconds(0.85), 0, 80);
    }

    [Theory]
    [InlineData(NoiseKind.White)]
    [InlineData(NoiseKind.Pink)]
    [InlineData(NoiseKind.Brown)]
    [InlineData(NoiseKind.Hum)]
    [InlineData(NoiseKind.Fan)]
    public void Steady_noise_is_never_taken_for_speech_after_half_a_second(NoiseKind noise)
    {
        foreach (var level in (double[])[-60, -45, -30])
        {
            var result = Judge(new ClipPlan { HasSpeech = false, Noise = noise, SignalToNoise = 0, Level = level, Seconds = 20 }, clips: 2);
            Assert.Equal(0, result.AlarmsPerMinute);
        }
    }

    [Theory]
    [InlineData(NoiseKind.Keyboard)]
    [InlineData(NoiseKind.Knocks)]
    public void Clicks_and_knocks_raise_hardly_an_alarm(NoiseKind noise)
    {
        var result = Judge(new ClipPlan { HasSpeech = false, Noise = noise, SignalToNoise = 0, Level = -35, Seconds = 30 }, clips: 4);
        Assert.True(result.AlarmsPerMinute <= 2, $"{result.AlarmsPerMinute} a minute");
    }

    [Fact]
    public void Silence_is_silence()
    {
        var detector = new SpeechDetector();
        for (var i = 0; i < 300; i++) Assert.InRange(detector.Process(new short[160]), 0, 0.2f);
    }

    /// <summary>They are averages that shrink for ever, and subnormal numbers are slow.</summary>
    [Fact]
    public void No_feature_becomes_too_small_for_a_normal_number_in_digital_silence()
    {
        var features = new SpeechFeatures();
        var values = new float[SpeechFeatures.Count];
        var frame = new short[SpeechDetector.FrameLength];
        for (var i = 0; i < frame.Length; i++) frame[i] = (short)(8000 * Math.Sin(i * 2 * Math.PI / 80));
        for (var step = 0; step < 100; step++) features.Advance(frame, values);
        Array.Clear(frame);
        for (var step = 0; step < 10_000; step++)
        {
            features.Advance(frame, values);
            Assert.DoesNotContain(values, float.IsSubnormal);
        }
    }

    [Fact]
    public void A_single_click_in_silence_is_not_speech()
    {
        var detector = new SpeechDetector();
        var click = new short[160];
        click[40] = short.MaxValue;
        click[41] = short.MinValue;
        for (var i = 0; i < 200; i++) Assert.InRange(detector.Process(i % 60 == 59 ? click : new short[160]), 0, 0.5f);
    }

    [Fact]
    public void Reset_forgets_the_past()
    {
        var clip = voices.Corpus.Make(new ClipPlan { Seconds = 2, Start = 0.2 }, seed: 1);
        var detector = new SpeechDetector();
        var first = Enumerable.Range(0, clip.FrameCount).Select(i => detector.Process(clip.Frame(i))).ToList();
        detector.Reset();
        Assert.Equal(first, Enumerable.Range(0, clip.FrameCount).Select(i => detector.Process(clip.Frame(i))));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var detector = new SpeechDetector();
        var frame = Signals.VoiceLike(16000, 160);
        detector.Process(frame);
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 500; i++) detector.Process(frame);
        }));
    }

    [Fact]
    public void A_frame_of_another_length_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => new SpeechDetector().Process(new short[480]));

    private Evaluation Judge(ClipPlan plan, int clips)
    {
        var evaluation = new Evaluation();
        var detector = new SpeechDetector();
        // Each clip comes from its own seed: the order in which tests run does not matter.
        for (ulong i = 1; i <= (ulong)clips; i++) evaluation.Run(detector, voices.Corpus.Make(plan, seed: i));
        return evaluation;
    }

    /// <summary>The held-out voices, synthesised once.</summary>
    public sealed class Voices
    {
        public Corpus Corpus { get; } =
            new(Speakers.HeldOut, Speakers.HeldOutSentences, sentencesPerVoice: 3, seed: 99, isHeldOut: true);
    }
}
