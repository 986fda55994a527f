using Parley.Conversation;
using Parley.Simulation;
using Parley.Speech.Embedded;

namespace Parley.Speech.Tests.Embedded;

[Collection(TrainedRecognizer.Flite)]
public sealed class PhraseRecognizerTests(TrainedRecognizer trained)
{
    private readonly PhraseRecognizer _recognizer = trained.Recognizer;

    [Theory]
    [InlineData("stop", PhraseId.Stop)]
    [InlineData("what time is it", PhraseId.Time)]
    [InlineData("what's your name", PhraseId.YourName)]
    public async Task What_was_said_becomes_the_printed_text_of_the_phrase(string spoken, string id) =>
        Assert.Equal(id, PhraseList.Find(await RecognizeAsync(Chunks(Record(spoken), 320)))?.Id);

    [Fact]
    public async Task The_result_does_not_depend_on_how_the_audio_is_cut()
    {
        var speech = Record("tell me a story");
        foreach (var chunk in new[] { 1, 77, 160, 960, speech.Length })
            Assert.Equal("Tell me a story.", await RecognizeAsync(Chunks(speech, chunk)));
    }

    [Fact]
    public async Task A_phrase_that_is_clear_is_told_at_the_pause_behind_it()
    {
        short[] speech = [.. new short[4800], .. Record("what time is it"), .. new short[16_000]];
        var told = 0;
        var heard = 0;
        await foreach (var update in _recognizer.RecognizeAsync(Counted(), new(), TestContext.Current.CancellationToken))
        {
            if (update is not TranscriptHypothesis hypothesis) continue;
            Assert.Equal(("What time is it?", 0), (hypothesis.Text, hypothesis.StableLength));
            told = heard;
        }
        // Not before the words are out, and long before the end.
        Assert.InRange(told, speech.Length - 16_000 - 4800, speech.Length - 8000);

        async IAsyncEnumerable<ReadOnlyMemory<short>> Counted()
        {
            await foreach (var chunk in Chunks(speech, 160))
            {
                heard += chunk.Length;
                yield return chunk;
            }
        }
    }

    [Fact]
    public async Task Silence_is_not_understood() => Assert.Equal("", await RecognizeAsync(Chunks(new short[16_000], 320)));

    [Fact]
    public async Task Nothing_at_all_is_not_understood() => Assert.Equal("", await RecognizeAsync(Chunks([], 320)));

    [Fact]
    public async Task Noise_is_not_understood()
    {
        var random = new Random(1);
        short[] noise = [.. Enumerable.Range(0, 24_000).Select(_ => (short)random.Next(-3000, 3000))];
        Assert.Equal("", await RecognizeAsync(Chunks(noise, 320)));
    }

    [Fact]
    public async Task Speech_much_longer_than_any_phrase_is_not_understood()
    {
        short[] speech = [.. Enumerable.Repeat(Record("count to ten"), 12).SelectMany(samples => samples)];
        Assert.Equal("", await RecognizeAsync(Chunks(speech, 320)));
    }

    [Fact]
    public async Task Many_utterances_are_recognised_at_the_same_time()
    {
        var speech = Record("flip a coin");
        var heard = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RecognizeAsync(Chunks(speech, 320))));
        Assert.All(heard, text => Assert.Equal("Flip a coin.", text));
    }

    [Fact]
    public void On_one_thread_it_runs_there_from_beginning_to_end()
    {
        var speech = Record("roll the dice");
        Assert.Equal("Roll the dice.", new ModelPump().Complete(() => RecognizeAsync(Chunks(speech, 320)), "recognising"));
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _recognizer.RecognizeAsync(Chunks(new short[16_000], 320), new(), cancel.Token)) { }
        });
    }

    private async Task<string> RecognizeAsync(IAsyncEnumerable<ReadOnlyMemory<short>> utterance)
    {
        var updates = new List<TranscriptUpdate>();
        await foreach (var update in _recognizer.RecognizeAsync(utterance, new(), TestContext.Current.CancellationToken)) updates.Add(update);
        Assert.All(updates[..^1], update => Assert.IsType<TranscriptHypothesis>(update));
        return Assert.IsType<TranscriptFinal>(updates[^1]).Text;
    }

    private static short[] Record(string text)
    {
        var recording = new Recording();
        FliteUtterance.Speak(FliteVoice.Slt, text, stretch: 1.1f, pitch: 0.95f, recording);
        return [.. recording.Samples];
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<short>> Chunks(short[] samples, int length)
    {
        await Task.Yield();
        for (var i = 0; i < samples.Length; i += length) yield return samples.AsMemory(i, Math.Min(length, samples.Length - i));
    }

    private sealed class Recording : IFliteSink
    {
        public List<short> Samples { get; } = [];

        public void HandleTimings(FliteTimings timings) { }

        public bool HandleSamples(ReadOnlySpan<short> samples)
        {
            Samples.AddRange(samples);
            return true;
        }
    }
}
