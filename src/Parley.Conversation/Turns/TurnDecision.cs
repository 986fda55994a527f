namespace Parley.Conversation.Turns;

public enum TurnDecisionKind
{
    None,

    /// <summary>The user's turn began at the position, padding included.</summary>
    SpeechStarted,

    /// <summary>The user's turn ended at the position: it is the model's.</summary>
    SpeechEnded,

    /// <summary>What had begun was too short to be an utterance.</summary>
    SpeechDismissed,
}

/// <param name="Position">In the session's input audio.</param>
public readonly record struct TurnDecision(TurnDecisionKind Kind, TimeSpan Position)
{
    public static readonly TurnDecision None;
}
