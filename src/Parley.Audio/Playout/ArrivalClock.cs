namespace Parley.Audio;

/// <summary>
/// When each RTP timestamp would have come by the fastest way: the smallest difference of arrival and timestamp in the last
/// ten seconds. A window follows clock drift (300 ppm move it by 3 ms) and a longer path, and one fast packet is enough for a
/// shorter one. Not thread-safe.
/// </summary>
internal sealed class ArrivalClock
{
    private const int Windows = 10;

    /// <summary>A whole window that is later than this is no jitter: the sender's clock stood still, or the path has changed.</summary>
    private static readonly long MaxRise = TimeSpan.FromSeconds(1).Ticks;

    /// <summary>The smallest offset of each second; MaxValue where nothing came.</summary>
    private readonly long[] _minima = new long[Windows];
    private long _window = long.MinValue;

    public ArrivalClock() => Array.Fill(_minima, long.MaxValue);

    public bool HasStarted => _window != long.MinValue;

    /// <summary>Arrival less timestamp on the fastest way, in ticks of 100 ns.</summary>
    public long Base { get; private set; }

    /// <summary>Notes a packet and returns how much later than the fastest it came.</summary>
    public TimeSpan Observe(long timestamp, Instant arrival)
    {
        var offset = arrival.Ticks - TicksOf(timestamp);
        MoveTo(Math.Max(arrival.Ticks / TimeSpan.TicksPerSecond, _window));
        ref var minimum = ref _minima[_window % Windows];
        minimum = Math.Min(minimum, offset);
        Base = long.MaxValue;
        foreach (var each in _minima) Base = Math.Min(Base, each);
        return new TimeSpan(offset - Base);
    }

    public Instant TimeOf(long timestamp) => new(Base + TicksOf(timestamp));

    /// <summary>The timestamp that comes by the fastest way at <paramref name="arrival"/>.</summary>
    public long TimestampAt(Instant arrival) => (arrival.Ticks - Base) * 3 / 625;

    private void MoveTo(long window)
    {
        if (window == _window) return;
        var ended = HasStarted ? _minima[_window % Windows] : long.MaxValue;
        if (!HasStarted || window - _window >= Windows || (ended != long.MaxValue && ended - Base > MaxRise))
        {
            Array.Fill(_minima, long.MaxValue);
            _minima[(window + Windows - 1) % Windows] = ended;
        }
        else
        {
            for (var passed = _window + 1; passed <= window; passed++) _minima[passed % Windows] = long.MaxValue;
        }
        _window = window;
    }

    /// <summary>Ticks of 100 ns of a time at 48 kHz.</summary>
    private static long TicksOf(long timestamp) => timestamp * 625 / 3;
}
