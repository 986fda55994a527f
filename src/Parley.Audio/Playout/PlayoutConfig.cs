namespace Parley.Audio;

/// <summary>The bounds of a <see cref="PlayoutBuffer"/>'s delay.</summary>
public sealed record PlayoutConfig
{
    public static readonly PlayoutConfig Default = new();

    /// <summary>The target is never lower. 10 ms: one pull.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The target is never higher, and no more audio than this is held back: what is older is dropped. 1 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The target before anything was measured. 40 ms.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    internal void Validate()
    {
        if (MinDelay < TimeSpan.Zero || MinDelay > MaxDelay)
            throw new ArgumentOutOfRangeException(nameof(MinDelay), MinDelay, "MinDelay must be in 0…MaxDelay.");
        if (MaxDelay < TimeSpan.FromMilliseconds(60) || MaxDelay > TimeSpan.FromSeconds(2))
            throw new ArgumentOutOfRangeException(nameof(MaxDelay), MaxDelay, "MaxDelay must be in 60 ms…2 s.");
        if (InitialDelay < MinDelay || InitialDelay > MaxDelay)
            throw new ArgumentOutOfRangeException(nameof(InitialDelay), InitialDelay, "InitialDelay must be in MinDelay…MaxDelay.");
    }
}
