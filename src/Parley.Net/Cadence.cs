namespace Parley.Net;

/// <summary>
/// When a shard looks at its socket again. While little arrives it is woken by each packet, so that none waits; above a rate it
/// works in ticks: what arrives within one is taken, handled and answered together, which costs half as much, and no packet waits
/// longer than a tick. A tick is as long as a good batch takes to gather, within bounds: beginning one has its price, the more so where an idle core sleeps.
/// A pure machine: it is told of each round and the present.
/// </summary>
/// <param name="tick">The least distance of two rounds while much arrives, from begin to begin. Zero: never busy.</param>
/// <param name="longestTick">The greatest.</param>
internal sealed class Cadence(TimeSpan tick, TimeSpan longestTick)
{
    public static readonly TimeSpan DefaultTick = TimeSpan.FromMilliseconds(1);

    /// <summary>How much arrives is looked at over this time: longer than a burst, shorter than anybody notices.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(8);

    // Datagrams in the shortest tick. At two, a tick saves a wake-up in two; the lower bound keeps the two ways of working from alternating.
    private const double BeginsAbove = 2;
    private const double EndsBelow = 1;

    /// <summary>Datagrams after which the price of a round no longer counts beside theirs. (Parley.Benchmarks, echo)</summary>
    private const double GoodBatch = 48;

    private Instant _windowBegan = new(0);
    private Instant _roundBegan = new(0);
    private long _arrivedBefore;
    private TimeSpan _length;

    /// <summary>The shard works in ticks.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Something is under way that takes round trips, such as the set-up of a call: rounds follow each other by the least distance.</summary>
    public bool IsHurried { get; set; }

    /// <summary>When the next round is due; in the past when the shard is not busy.</summary>
    public Instant NextRound => !IsBusy ? _roundBegan : _roundBegan + (IsHurried ? tick : _length);

    /// <summary>A round begins.</summary>
    /// <param name="arrivedSoFar">Datagrams that have arrived since the start.</param>
    public void BeginRound(long arrivedSoFar, Instant now)
    {
        _roundBegan = now;
        var elapsed = now - _windowBegan;
        if (elapsed < Window) return;
        var perTick = (arrivedSoFar - _arrivedBefore) / (elapsed / tick);
        IsBusy = perTick >= (IsBusy ? EndsBelow : BeginsAbove);
        if (IsBusy) _length = tick * Math.Clamp(GoodBatch / perTick, 1, longestTick / tick);
        (_windowBegan, _arrivedBefore) = (now, arrivedSoFar);
    }
}
