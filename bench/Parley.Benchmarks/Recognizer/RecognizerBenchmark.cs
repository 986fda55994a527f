using Parley.Benchmarks.Measuring;
using Parley.Benchmarks.Results;
using Parley.Speech;
using Parley.Speech.Embedded;
using Parley.Speech.Evaluation;

namespace Parley.Benchmarks.Recognizer;

/// <summary>What the embedded recogniser costs, and how well it understands voices that it has not learnt from.</summary>
internal sealed class RecognizerBenchmark : IBenchmark
{
    private const int SampleRate = 16_000;
    private static readonly Condition[] Conditions = [Condition.Clean, Condition.Noise];

    public string Name => "recognizer";

    public string Summary => "the phrase recogniser: processor time, and accuracy with voices that it has not learnt from";

    public IReadOnlyList<string> Notes =>
    [
        $"The whole list of {PhraseRecognizer.Phrases.Count} phrases by {Speaker.HeldOut.Count} voices of espeak-ng, through Opus; what is neither right nor wrong is asked again.",
        $"other-speech.rejected: {OtherSpeech.HeldOut.Count} sentences that are no phrases. learn.cpu is that of a new process.",
    ];

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        List<BenchmarkResult> results = [];
        // First, so that it includes what compiling costs, as at every start.
        PhraseRecognizer? learning = null;
        var learn = await ProcessorTime.OfAsync(() => (learning = new PhraseRecognizer()).Ready.WaitAsync(cancellationToken));
        var recognizer = learning!;
        results.Add(new("learn.cpu", learn.TotalSeconds, "s"));
        await EvaluateAsync(recognizer, results, cancellationToken);
        results.Add(new("recognize.cpu", await MeasureAsync(recognizer, cancellationToken), "s/s of audio"));
        return results;
    }

    private static async Task EvaluateAsync(PhraseRecognizer recognizer, List<BenchmarkResult> results, CancellationToken cancellationToken)
    {
        var voices = Enumerable.Range(0, Speaker.HeldOut.Count);
        var scores = Conditions.Select(_ => new RecognizerScore[Speaker.HeldOut.Count]).ToList();
        await Parallel.ForEachAsync(voices, cancellationToken, async (voice, stop) =>
        {
            // One for each voice: it keeps what was spoken for the next condition, and is not thread-safe.
            var evaluation = new RecognizerEvaluation(recognizer);
            foreach (var (condition, ofCondition) in Conditions.Zip(scores))
                ofCondition[voice] = await evaluation.RunAsync(Speaker.HeldOut[voice], condition, OtherSpeech.HeldOut, stop);
        });
        foreach (var (condition, ofCondition) in Conditions.Zip(scores)) Add(condition.Name.Replace(' ', '-'), ofCondition, results);
    }

    private static void Add(string name, RecognizerScore[] scores, List<BenchmarkResult> results)
    {
        var sum = RecognizerScore.Sum(scores);
        var phrases = (double)(sum.Right + sum.Wrong + sum.AskedAgain);
        results.Add(new($"{name}.right", sum.Right / phrases, "of phrases", Goal: Goal.AtLeast(0.92)));
        results.Add(new($"{name}.right.lowest-voice", scores.Min(score => score.RightPercent) / 100, "of phrases"));
        results.Add(new($"{name}.wrong", sum.Wrong / phrases, "of phrases", Goal: Goal.AtMost(0.03)));
        results.Add(new($"{name}.other-speech.rejected", (double)sum.OtherRejected / (sum.OtherRejected + sum.OtherTaken), "of sentences"));
    }

    /// <summary>Processor seconds for a second of audio, the pauses around a phrase included.</summary>
    private static async Task<double> MeasureAsync(PhraseRecognizer recognizer, CancellationToken cancellationToken)
    {
        var speaker = Speaker.HeldOut[0];
        var utterances = PhraseRecognizer.Phrases.Select(phrase => Line.Carry(speaker.Say(phrase.Text), Condition.Clean, seed: 1)).ToList();
        var cpu = await ProcessorTime.OfAsync(async () =>
        {
            foreach (var utterance in utterances)
            {
                await foreach (var _ in recognizer.RecognizeAsync(One(utterance), new RecognitionOptions(), cancellationToken)) { }
            }
        });
        return cpu.TotalSeconds / ((double)utterances.Sum(utterance => utterance.Length) / SampleRate);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<short>> One(short[] utterance)
    {
        await Task.CompletedTask;
        yield return utterance;
    }
}
