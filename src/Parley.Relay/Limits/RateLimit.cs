namespace Parley.Relay.Limits;

/// <summary>So many at once, and so many a second after that.</summary>
public readonly record struct RateLimit
{
    /// <param name="burst">At least 1.</param>
    /// <param name="perSecond">At least 1.</param>
    public RateLimit(int burst, int perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
        (Burst, PerSecond) = (burst, perSecond);
    }

    public int Burst { get; }

    public int PerSecond { get; }

    /// <summary>A limit of a whole relay as each of its workers keeps it: at least 1, rounded up.</summary>
    public RateLimit DividedBy(int workers) => new((Burst + workers - 1) / workers, (PerSecond + workers - 1) / workers);
}
