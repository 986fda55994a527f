using System.Runtime.CompilerServices;

namespace Parley.Speech.Tests.Replies;

/// <summary>A synthesiser whose audio tells what it said: each character of the text is 1,200 samples (50 ms) of its code.</summary>
internal sealed class ScriptedVoice(TimeProvider time) : ISynthesizer
{
    public const int SamplesPerCharacter = 1200;

    public List<string> Clauses { get; } = [];

    public List<SynthesisOptions> Options { get; } = [];

    public int FramesMade { get; private set; }

    public int Open { get; private set; }

    public bool HasMarks { get; init; } = true;

    public TimeSpan FrameDelay { get; init; }

    /// <summary>Thrown at the start of the clause with this number, from 1.</summary>
    public (int Clause, Exception Exception)? Failure { get; init; }

    public IReadOnlyList<string> Voices => ["plain"];

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Clauses.Add(text);
        Options.Add(options);
        Open++;
        try
        {
            if (Failure?.Clause == Clauses.Count) throw Failure.Value.Exception;
            for (var i = 0; i < text.Length; i++)
            {
                if (FrameDelay > TimeSpan.Zero) await Task.Delay(FrameDelay, time, cancellationToken);
                else await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                var samples = new short[SamplesPerCharacter];
                Array.Fill(samples, (short)text[i]);
                FramesMade++;
                var endsWord = i == text.Length - 1 || text[i + 1] == ' ';
                yield return new SpeechFrame(samples, HasMarks && endsWord
                    ? [new WordMark(TimeSpan.FromMilliseconds(50 * (i + 1)), i + 1)] : []);
            }
        }
        finally
        {
            Open--;
        }
    }
}
