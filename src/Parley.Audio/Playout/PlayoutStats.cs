namespace Parley.Audio;

/// <summary>What a <see cref="PlayoutBuffer"/> does and did; a snapshot. Samples are at its rate.</summary>
public readonly record struct PlayoutStats
{
    /// <summary>How long samples should be held back, counted from the arrival of a packet that took the fastest way.</summary>
    public TimeSpan TargetDelay { get; init; }

    /// <summary>How long they were held back at the last pull.</summary>
    public TimeSpan CurrentDelay { get; init; }

    public long PlayedSamples { get; init; }

    public long ConcealedSamples { get; init; }

    public long RecoveredSamples { get; init; }

    public long SilentSamples { get; init; }

    public long AcceleratedSamples { get; init; }

    public long ExpandedSamples { get; init; }

    public long LatePackets { get; init; }

    public long DiscardedPackets { get; init; }

    /// <summary>Concealed samples in those that were played while the sender sent, 0…1.</summary>
    public double ConcealmentRatio => ConcealedSamples / (double)Math.Max(1, PlayedSamples - SilentSamples);
}
