using CsCheck;
using Parley.Simulation;
using Parley.Speech.Embedded;

namespace Parley.Speech.Tests.Embedded;

[Collection(TrainedRecognizer.Flite)]
public sealed class FliteSynthesizerTests
{
    private const string Sentence = "Once upon a time, there was a small robot.";

    private readonly FliteSynthesizer _synthesizer = new();

    [Theory]
    [InlineData("alloy")]
    [InlineData("ash")]
    [InlineData("ballad")]
    [InlineData("echo")]
    public async Task Every_voice_speaks_at_a_usual_level(string voice)
    {
        var samples = Join(await SpeakAsync(Sentence, new(voice)));
        Assert.InRange(samples.Length / 24_000.0, 1.5, 4.5);
        Assert.InRange(Rms(samples), 1500, 5000);
    }

    [Fact]
    public void There_are_at_least_four_voices_and_the_default_is_the_first() =>
        Assert.True(_synthesizer.Voices.Count >= 4 && _synthesizer.Voices[0] == "alloy");

    [Fact]
    public async Task An_unknown_voice_gives_the_default_voice() =>
        Assert.Equal(Join(await SpeakAsync("hello", new("alloy"))), Join(await SpeakAsync("hello", new("nobody"))));

    [Fact]
    public async Task The_same_text_gives_the_same_samples() =>
        Assert.Equal(Join(await SpeakAsync(Sentence, new("ash"))), Join(await SpeakAsync(Sentence, new("ash"))));

    [Fact]
    public void On_one_thread_it_runs_there_from_beginning_to_end()
    {
        var frames = new ModelPump().Complete(() => SpeakAsync(Sentence, new("sage")), "speaking");
        Assert.NotEmpty(frames);
    }

    [Theory]
    [InlineData("alloy")]
    [InlineData("echo")]
    public async Task Sound_begins_at_once_and_little_silence_follows(string voice)
    {
        var samples = Join(await SpeakAsync(Sentence, new(voice)));
        const int loud = 250;
        var first = Array.FindIndex(samples, sample => Math.Abs((int)sample) > loud);
        var last = Array.FindLastIndex(samples, sample => Math.Abs((int)sample) > loud);
        Assert.InRange(first, 0, 24 * 60);
        Assert.InRange(samples.Length - last, 0, 24 * 120);
    }

    [Fact]
    public async Task Marks_grow_stay_inside_their_frames_and_end_with_the_text()
    {
        var position = TimeSpan.Zero;
        var marks = new List<WordMark>();
        foreach (var frame in await SpeakAsync(Sentence, new("sage")))
        {
            var end = position + TimeSpan.FromSeconds(frame.Samples.Length / 24_000.0);
            Assert.All(frame.Marks, mark => Assert.InRange(mark.Position, TimeSpan.Zero, end));
            marks.AddRange(frame.Marks);
            position = end;
        }
        Assert.Equal(9, marks.Count);
        Assert.Equal("Once", Sentence[..marks[0].TextLength]);
        Assert.Equal("Once upon a time,", Sentence[..marks[3].TextLength]);
        Assert.Equal(Sentence.Length, marks[^1].TextLength);
        Assert.Equal(marks.OrderBy(mark => mark.Position), marks);
        Assert.InRange(marks[^1].Position, position - TimeSpan.FromSeconds(0.25), position);
    }

    [Fact]
    public async Task Speed_changes_the_length_and_not_the_pitch()
    {
        var normal = Join(await SpeakAsync(Sentence, new("alloy"))).Length;
        var fast = Join(await SpeakAsync(Sentence, new("alloy", Speed: 1.5))).Length;
        var slow = Join(await SpeakAsync(Sentence, new("alloy", Speed: 0.5))).Length;
        Assert.InRange((double)fast / normal, 0.6, 0.75);
        Assert.InRange((double)slow / normal, 1.8, 2.2);
    }

    [Fact]
    public async Task Cancelling_ends_the_clause_within_a_frame()
    {
        using var cancel = new CancellationTokenSource();
        var frames = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _synthesizer.SpeakAsync(Sentence, new("alloy"), cancel.Token))
            {
                frames++;
                cancel.Cancel();
            }
        });
        Assert.Equal(1, frames);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_leaves_nothing_behind()
    {
        await foreach (var _ in _synthesizer.SpeakAsync(Sentence, new("alloy"), TestContext.Current.CancellationToken)) break;
        Assert.NotEmpty(await SpeakAsync("still there", new("alloy")));
    }

    [Fact]
    public async Task Many_clauses_are_spoken_at_the_same_time()
    {
        string[] voices = ["alloy", "ash", "ballad", "echo"];
        var alone = new Dictionary<string, int>();
        foreach (var voice in voices) alone[voice] = Join(await SpeakAsync(Sentence, new(voice))).Length;
        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
            (Voice: voices[i % voices.Length], Join(await SpeakAsync(Sentence, new(voices[i % voices.Length]))).Length)));
        Assert.All(together, clause => Assert.InRange(clause.Length, alone[clause.Voice] - 1200, alone[clause.Voice] + 1200));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" … ?! ")]
    [InlineData("\0\u0001\ud800")]
    public async Task Text_that_cannot_be_spoken_is_silence(string text) => Assert.Empty(await SpeakAsync(text, new("alloy")));

    [Fact]
    public Task Any_text_can_be_given() => Gen.String[Gen.Char, 0, 60].SampleAsync(
        async text => await SpeakAsync(text, new("ash")), iter: 40, threads: 1);

    [Fact]
    public Task Any_ascii_text_can_be_given() => Gen.String[Gen.Char[" abcxyzAEIO019.,;:'\"!?$%&*()[]+-/=@#_"], 0, 60].SampleAsync(
        async text => await SpeakAsync(text, new("ash")), iter: 60, threads: 1);

    private async Task<List<SpeechFrame>> SpeakAsync(string text, SynthesisOptions options)
    {
        var frames = new List<SpeechFrame>();
        await foreach (var frame in _synthesizer.SpeakAsync(text, options, TestContext.Current.CancellationToken)) frames.Add(frame);
        return frames;
    }

    private static short[] Join(List<SpeechFrame> frames) => [.. frames.SelectMany(frame => frame.Samples.ToArray())];

    private static double Rms(short[] samples) => Math.Sqrt(samples.Average(sample => (double)sample * sample));
}
