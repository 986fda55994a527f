namespace Parley.Net.Impairment;

/// <summary>What one direction of an impaired link does to datagrams.</summary>
public sealed record LinkConditions
{
    public static readonly LinkConditions Perfect = new();

    /// <summary>One-way propagation delay.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Extra delay, uniform in 0…Jitter. Order is kept unless <see cref="Reordering"/> says otherwise.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Probability that a datagram is lost on its own, 0…1.</summary>
    public double Loss { get; init; }

    /// <summary>Probability that a burst of losses begins at a datagram (the Gilbert model's good-to-bad step), 0…1.</summary>
    public double BurstStart { get; init; }

    /// <summary>Mean length of a loss burst, in datagrams.</summary>
    public double BurstLength { get; init; } = 1;

    /// <summary>Probability that a datagram's jitter may let it overtake earlier ones, 0…1.</summary>
    public double Reordering { get; init; }

    /// <summary>Probability that a datagram arrives twice, 0…1.</summary>
    public double Duplication { get; init; }

    /// <summary>Bottleneck rate in bits per second; 0 means unlimited.</summary>
    public double BitsPerSecond { get; init; }

    /// <summary>How long the bottleneck's queue may grow before it drops.</summary>
    public TimeSpan QueueLimit { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Everything is lost while true.</summary>
    public bool IsCut { get; init; }
}
