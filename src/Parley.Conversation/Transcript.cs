namespace Parley.Conversation;

/// <summary>What a recogniser says of one utterance.</summary>
public abstract record TranscriptUpdate;

/// <summary>The words so far. The first <paramref name="StableLength"/> characters will not change any more.</summary>
public sealed record TranscriptHypothesis(string Text, int StableLength) : TranscriptUpdate;

/// <summary>The words, finally. Empty text: speech was heard but not understood.</summary>
public sealed record TranscriptFinal(string Text) : TranscriptUpdate;

public sealed record TranscriptFailed(string Code, string Message) : TranscriptUpdate;
