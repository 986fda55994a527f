namespace Parley.Conversation;

/// <summary>What a recogniser says of one utterance.</summary>
public abstract record TranscriptUpdate;

/// <summary>The words so far. The first <paramref name="StableLength"/> characters will not change any more.</summary>
public sealed record TranscriptHypothesis(string Text, int StableLength) : TranscriptUpdate
{
    /// <summary>How sure the recogniser is of the stable part, token by token; null: it does not say.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }
}

/// <summary>The words, finally. Empty text: speech was heard but not understood.</summary>
public sealed record TranscriptFinal(string Text) : TranscriptUpdate
{
    /// <summary>How sure the recogniser is, token by token; null: it does not say.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }

    /// <summary>The languages that were spoken, BCP 47; null: the recogniser does not say.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>What it cost; null: it is counted by duration.</summary>
    public TranscriptUsage? Usage { get; init; }
}

/// <summary>One token of a transcript and the natural logarithm of its probability.</summary>
public readonly record struct TokenLogprob(string Token, double Logprob);

public readonly record struct TranscriptUsage(int InputTextTokens, int InputAudioTokens, int OutputTokens);

public sealed record TranscriptFailed(string Code, string Message) : TranscriptUpdate;
