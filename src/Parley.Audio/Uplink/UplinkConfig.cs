namespace Parley.Audio;

/// <summary>How long the uplink waits, and how much it makes up.</summary>
public sealed record UplinkConfig
{
    public static readonly UplinkConfig Default = new();

    /// <summary>No packet waits longer than this for an earlier one. 60 ms.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>
    /// How long a hole that in-band FEC cannot fill is kept open for its own packet, when the reordering seen so far asks
    /// for less. 20 ms. A hole that FEC can fill waits only as long as reordering was seen to take.
    /// </summary>
    public TimeSpan UnrepairableWait { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest gap that is filled in one piece; the sample clock leaps over what is beyond. 3 s.</summary>
    public TimeSpan MaxFill { get; init; } = TimeSpan.FromSeconds(3);

    internal void Validate()
    {
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromSeconds(1))
            throw new ArgumentOutOfRangeException(nameof(MaxWait), MaxWait, "MaxWait must be in 0…1 s.");
        if (UnrepairableWait < TimeSpan.Zero || UnrepairableWait > MaxWait)
            throw new ArgumentOutOfRangeException(nameof(UnrepairableWait), UnrepairableWait, "UnrepairableWait must be in 0…MaxWait.");
        if (MaxFill < TimeSpan.FromMilliseconds(120) || MaxFill > TimeSpan.FromMinutes(1))
            throw new ArgumentOutOfRangeException(nameof(MaxFill), MaxFill, "MaxFill must be in 120 ms…1 min.");
    }
}
