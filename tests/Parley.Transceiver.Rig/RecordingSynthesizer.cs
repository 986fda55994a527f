using System.Runtime.CompilerServices;
using Parley.Speech;

namespace Parley.Transceiver.Rig;

/// <summary>Keeps what a synthesiser says, clause by clause.</summary>
internal sealed class RecordingSynthesizer(ISynthesizer synthesizer) : ISynthesizer
{
    private readonly List<List<short>> _clauses = [];

    public IReadOnlyList<string> Voices => synthesizer.Voices;

    /// <summary>Everything up to the clause in which the story begins.</summary>
    public IReadOnlyList<short> FirstReply => [.. _clauses.Take(FirstReplyClauses).SelectMany(clause => clause)];

    public int FirstReplyClauses { get; set; } = int.MaxValue;

    public int Clauses => _clauses.Count;

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clause = new List<short>();
        _clauses.Add(clause);
        await foreach (var frame in synthesizer.SpeakAsync(text, options, cancellationToken))
        {
            clause.AddRange(frame.Samples.Span);
            yield return frame;
        }
    }
}
