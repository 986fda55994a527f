namespace Parley.Speech.Embedded;

/// <summary>Scaled log probabilities of what follows a state. A phone cannot be skipped whole, one of its parts can.</summary>
internal static class Transitions
{
    public const float Stay = -0.4f;
    public const float Go = -1.1f;
    public const float SkipOne = -4;
    public const float SkipTwo = -20;
    public const float StaySilent = -0.05f;

    /// <summary>Not to be reached.</summary>
    public const float Never = -1e30f;
}
