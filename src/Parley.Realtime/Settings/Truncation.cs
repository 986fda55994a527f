namespace Parley.Realtime.Settings;

/// <summary>What becomes of a conversation that is longer than the model's context.</summary>
/// <param name="RetentionRatio">How much is kept when something has to go, 0…1; for <see cref="TruncationKind.RetentionRatio"/>.</param>
/// <param name="PostInstructionsTokens">Tokens that the conversation may have beside the instructions; null: as the context allows.</param>
public sealed record Truncation(TruncationKind Kind, double RetentionRatio = 1, int? PostInstructionsTokens = null)
{
    public static readonly Truncation Auto = new(TruncationKind.Auto);

    public static readonly Truncation Disabled = new(TruncationKind.Disabled);
}

public enum TruncationKind
{
    /// <summary>The oldest items are left out, as many as have to be.</summary>
    Auto,

    /// <summary>Nothing is left out: a conversation that does not fit fails the response.</summary>
    Disabled,

    /// <summary>When something has to be left out, it is so much that the given share is left.</summary>
    RetentionRatio,
}
