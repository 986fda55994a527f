using Parley.Conversation;

namespace Parley.Speech;

/// <summary>Turns speech into text. Thread-safe: one recogniser serves many utterances at once.</summary>
public interface IRecognizer
{
    /// <summary>
    /// Follows one utterance and ends with one <see cref="TranscriptFinal"/> or <see cref="TranscriptFailed"/>, never with an
    /// exception but for cancellation. Hypotheses may come before.
    /// </summary>
    /// <param name="utterance">Mono, 16 bit, 16 kHz, any length each, in order; ends where the speaker's turn ends.</param>
    IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
        IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, CancellationToken cancellationToken);
}

/// <param name="Language">BCP 47 tag; null: the recogniser's own choice.</param>
/// <param name="Prompt">Words or style to expect; null: none.</param>
/// <param name="WantsLogprobs">The transcript should come with the log probabilities of its tokens, if the recogniser has them.</param>
public sealed record RecognitionOptions(string? Language = null, string? Prompt = null, bool WantsLogprobs = false);
