using System.Runtime.CompilerServices;
using Parley.Conversation;

namespace Parley.Speech.Embedded;

/// <summary>
/// Recognises the phrases of <see cref="PhraseList"/>, and nothing else: what it does not know for sure becomes the empty
/// transcript. A phrase that is clear when the speaker pauses is told as a hypothesis. Needs no model files: it learns from flite's voices
/// when it is made. Thread-safe.
/// </summary>
public sealed class PhraseRecognizer : IRecognizer
{
    private readonly Task<PhraseModel> _model;

    /// <summary>Starts learning in the background (see <see cref="Ready"/>); utterances that end sooner wait for it.</summary>
    public PhraseRecognizer() => _model = PhraseModelTrainer.TrainAsync();

    /// <summary>Completes when it has learnt; fails with <see cref="SpeechException"/> when flite is not installed.</summary>
    public Task Ready => _model;

    /// <summary>What it can recognise, in an order to be printed.</summary>
    public static IReadOnlyList<Phrase> Phrases => PhraseList.All;

    public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
        IAsyncEnumerable<ReadOnlyMemory<short>> utterance,
        RecognitionOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = new UtteranceListener();
        var pauses = new PauseDetector();
        await foreach (var samples in utterance.WithCancellation(cancellationToken))
        {
            listener.Process(samples.Span);
            if (!pauses.Process(samples.Span) || !_model.IsCompletedSuccessfully) continue;
            // Of what was said no word is certain before the end.
            if (await RecognizeAsync(listener, cancellationToken) is TranscriptFinal { Text: { Length: > 0 } phrase })
                yield return new TranscriptHypothesis(phrase, StableLength: 0);
        }
        yield return await RecognizeAsync(listener, cancellationToken);
    }

    private async Task<TranscriptUpdate> RecognizeAsync(UtteranceListener listener, CancellationToken cancellationToken)
    {
        try
        {
            var model = await _model.WaitAsync(cancellationToken);
            var phrase = await ModelWork.StartAsync(() => listener.Recognize(model), cancellationToken);
            return new TranscriptFinal(phrase?.Text ?? "");
        }
        catch (SpeechException e)
        {
            return new TranscriptFailed(e.Code, e.Message);
        }
    }
}
