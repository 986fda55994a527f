namespace Parley.Net;

/// <summary>
/// When a shard looks at its socket again. While little arrives it is woken by each packet, so that none waits; above a rate it
/// works in ticks: what arrives within one is taken, handled and answered together, which costs half as much, and no packet waits
/// longer than a tick. A pure machine: it is told of each round and the present.
/// </summary>
/// <param name="tick">The distance of two rounds while much arrives, from begin to begin. Zero: never busy.</param>
internal sealed class Cadence(TimeSpan tick)
{
    public static readonly TimeSpan DefaultTick = TimeSpan.FromMilliseconds(1);

    /// <summary>How much arrives is looked at over this time: longer than a burst, shorter than anybody notices.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(8);

    // Datagrams in a tick. At two, a tick saves a wake-up in two; the lower bound keeps the two ways of working from alternating.
    private const double BeginsAbove = 2;
    private const double EndsBelow = 1;

    private Instant _windowBegan = new(0);
    private Instant _roundBegan = new(0);
    private long _arrivedBefore;

    /// <summary>The shard works in ticks.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>When the next round is due; in the past when the shard is not busy.</summary>
    public Instant NextRound => IsBusy ? _roundBegan + tick : _roundBegan;

    /// <summary>A round begins.</summary>
    /// <param name="arrivedSoFar">Datagrams that have arrived since the start.</param>
    public void BeginRound(long arrivedSoFar, Instant now)
    {
        _roundBegan = now;
        var elapsed = now - _windowBegan;
        if (elapsed < Window) return;
        var perTick = (arrivedSoFar - _arrivedBefore) / (elapsed / tick);
        IsBusy = perTick >= (IsBusy ? EndsBelow : BeginsAbove);
        (_windowBegan, _arrivedBefore) = (now, arrivedSoFar);
    }
}
