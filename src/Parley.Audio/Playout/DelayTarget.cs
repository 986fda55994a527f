namespace Parley.Audio;

/// <summary>
/// How long samples should be held back so that nearly all packets come in time. The lateness that is exceeded in one of twenty
/// half seconds, from a histogram that forgets with a half-life of 20 s (NetEq's resampled histogram, quantile 0.95, forgetting
/// 0.983); above that, at once, any lateness seen, which is held for a second and then halved every two. Not thread-safe.
/// </summary>
internal sealed class DelayTarget
{
    private const double Quantile = 0.95;
    private const double Forgetting = 0.983;

    /// <summary>Ticks of 100 ns in one bucket: 5 ms.</summary>
    private const long BucketTicks = 5 * TimeSpan.TicksPerMillisecond;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SpikeHold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SpikeHalfLife = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongerPath = TimeSpan.FromMilliseconds(20);

    private readonly PlayoutConfig _config;

    /// <summary>Shares of the intervals whose latest packet fell into each bucket; they add up to 1.</summary>
    private readonly double[] _shares;
    private int _intervals;
    private TimeSpan _latest;
    private Instant _intervalEnd = Instant.Never;

    private long _fastest;
    private TimeSpan _usual;
    private TimeSpan _spike;
    private Instant _spikeSeen;

    public DelayTarget(PlayoutConfig config)
    {
        _config = config;
        _shares = new double[config.MaxDelay.Ticks / BucketTicks + 1];
        _usual = config.InitialDelay;
    }

    /// <summary>Notes a packet that came so much later than the fastest.</summary>
    /// <param name="lateness">Later than <paramref name="fastest"/>.</param>
    /// <param name="fastest"><see cref="ArrivalClock.Base"/>.</param>
    /// <param name="arrival">When it came.</param>
    public void Observe(TimeSpan lateness, long fastest, Instant arrival)
    {
        if (_intervalEnd.IsNever) (_intervalEnd, _fastest) = (arrival + Interval, fastest);
        Follow(fastest);
        if (lateness > _latest) _latest = lateness;
        if (lateness > At(arrival)) (_spike, _spikeSeen) = (lateness < _config.MaxDelay ? lateness : _config.MaxDelay, arrival);
        if (arrival < _intervalEnd) return;
        Add(_latest);
        _latest = TimeSpan.Zero;
        _intervalEnd = arrival + Interval;
    }

    /// <summary>The lateness to be prepared for.</summary>
    public TimeSpan At(Instant now)
    {
        if (_spike == TimeSpan.Zero) return _usual;
        var age = now - _spikeSeen - SpikeHold;
        var spike = age <= TimeSpan.Zero ? _spike : _spike * Math.Pow(0.5, age / SpikeHalfLife);
        return spike > _usual ? spike : _usual;
    }

    private void Add(TimeSpan lateness)
    {
        // At first every interval counts alike, as in an average.
        var forgetting = Math.Min(Forgetting, 1 - 1.0 / ++_intervals);
        for (var i = 0; i < _shares.Length; i++) _shares[i] *= forgetting;
        _shares[Math.Min(lateness.Ticks / BucketTicks, _shares.Length - 1)] += 1 - forgetting;
        _usual = Exceeded();
    }

    /// <summary>
    /// A path that has become longer, or a sender's clock that stood still, is no lateness: what was noted counts from the new fastest
    /// way. Small steps are drift, and what was noted then is as true now.
    /// </summary>
    private void Follow(long fastest)
    {
        var rise = new TimeSpan(fastest - _fastest);
        _fastest = fastest;
        if (rise < LongerPath) return;
        _latest = _latest > rise ? _latest - rise : TimeSpan.Zero;
        _spike = _spike > rise ? _spike - rise : TimeSpan.Zero;
        var shift = (int)Math.Min(rise.Ticks / BucketTicks, _shares.Length - 1);
        var sum = 0.0;
        foreach (var share in _shares.AsSpan(0, shift)) sum += share;
        _shares.AsSpan(shift).CopyTo(_shares);
        _shares.AsSpan(_shares.Length - shift).Clear();
        _shares[0] += sum;
        if (_intervals > 0) _usual = Exceeded();
    }

    private TimeSpan Exceeded()
    {
        var rest = Quantile;
        var bucket = 0;
        while (bucket < _shares.Length - 1 && (rest -= _shares[bucket]) > 1e-9) bucket++;
        return new TimeSpan((bucket + 1) * BucketTicks);
    }
}
