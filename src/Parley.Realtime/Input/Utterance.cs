using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Input;

/// <summary>One stretch of the user's audio that a recogniser follows. Becomes the item of the same id when it is committed.</summary>
internal sealed class Utterance(string itemId, TimeSpan from)
{
    public string ItemId { get; } = itemId;

    public TimeSpan From { get; } = from;

    /// <summary>Which part of its item it is.</summary>
    public int ContentIndex { get; init; }

    /// <summary>Where it ends, once it is committed.</summary>
    public TimeSpan To { get; set; }

    public bool IsCommitted { get; set; }

    /// <summary>The words that will not change any more, as far as the recogniser has said.</summary>
    public string StableText { get; set; } = "";

    /// <summary>How sure the recogniser is of the stable words; null: it does not say.</summary>
    public IReadOnlyList<TokenLogprob>? StableLogprobs { get; set; }

    /// <summary>Tokens that deltas have told of.</summary>
    public int ToldTokens { get; set; }

    /// <summary>What the client was told of it, by deltas.</summary>
    public string ToldText { get; set; } = "";

    /// <summary>The transcript, when it came before the commit; null otherwise.</summary>
    public TranscriptFinal? Final { get; set; }

    /// <summary>Why there is no transcript; null: there is one, or it may still come.</summary>
    public RealtimeError? Failure { get; set; }
}
