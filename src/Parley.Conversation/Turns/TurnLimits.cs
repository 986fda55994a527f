namespace Parley.Conversation.Turns;

/// <summary>Bounds of a turn that hold under every policy.</summary>
public sealed record TurnLimits
{
    /// <summary>Audio before the first speech that belongs to the turn, as far as no earlier turn has it.</summary>
    public TimeSpan PrefixPadding { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Less speech than this is not an utterance: the turn is dismissed.</summary>
    public TimeSpan MinSpeech { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>A turn that does not end by itself (a radio, a fan) ends here.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>When audio stops arriving within a turn (a muted track), the turn ends this long after its patience would have run out.</summary>
    public TimeSpan StallGrace { get; init; } = TimeSpan.FromMilliseconds(500);
}
