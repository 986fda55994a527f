using Parley.Conversation;
using Parley.Speech.Embedded;

namespace Parley.Speech.Evaluation;

/// <summary>Says every phrase, and other things, to a recogniser and counts what it understood. The same counts each time.</summary>
public sealed class RecognizerEvaluation(IRecognizer recognizer)
{
    private const int Chunk = 320;

    private readonly Dictionary<(Speaker, string), short[]> _voices = [];

    public async Task<RecognizerScore> RunAsync(
        Speaker speaker, Condition condition, IReadOnlyList<string> otherSpeech, CancellationToken cancellationToken)
    {
        int right = 0, wrong = 0, askedAgain = 0, taken = 0;
        var mistakes = new List<string>();
        foreach (var phrase in PhraseList.All)
        {
            var heard = await RecognizeAsync(speaker, phrase.Text, condition, cancellationToken);
            if (heard == phrase.Text) right++;
            else if (heard.Length == 0) askedAgain++;
            else wrong++;
            if (heard != phrase.Text) mistakes.Add($"{speaker.Voice}, {condition.Name}: {phrase.Text} → {heard}");
        }
        foreach (var sentence in otherSpeech)
        {
            var heard = await RecognizeAsync(speaker, sentence, condition, cancellationToken);
            if (heard.Length == 0) continue;
            taken++;
            mistakes.Add($"{speaker.Voice}, {condition.Name}: “{sentence}” → {heard}");
        }
        return new(right, wrong, askedAgain, otherSpeech.Count - taken, taken, mistakes);
    }

    private async Task<string> RecognizeAsync(Speaker speaker, string text, Condition condition, CancellationToken cancellationToken)
    {
        if (!_voices.TryGetValue((speaker, text), out var voice)) _voices[(speaker, text)] = voice = speaker.Say(text);
        var samples = Line.Carry(voice, condition, seed: text.Length + speaker.WordsPerMinute);
        await foreach (var update in recognizer.RecognizeAsync(Chunks(samples), new(), cancellationToken))
        {
            switch (update)
            {
                case TranscriptFinal final: return final.Text;
                case TranscriptFailed failed: throw new InvalidOperationException(failed.Message);
            }
        }
        throw new InvalidOperationException("The recogniser gave no final transcript.");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<short>> Chunks(short[] samples)
    {
        await Task.CompletedTask;
        for (var i = 0; i < samples.Length; i += Chunk) yield return samples.AsMemory(i, Math.Min(Chunk, samples.Length - i));
    }
}
