namespace Parley.Hosting.Configuration;

/// <summary>How much the holder of a key may call. Null: without limit. What was used is counted by each process, from its start.</summary>
public sealed record KeyLimits
{
    public static readonly KeyLimits None = new();

    /// <summary>Calls and sessions at once.</summary>
    public int? ConcurrentCalls { get; init; }

    /// <summary>Calls begun within any 60 s.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>Minutes of all its calls together in one day of UTC. A call under way ends when they are used up.</summary>
    public int? MinutesPerDay { get; init; }
}
