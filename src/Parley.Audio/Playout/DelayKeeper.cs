namespace Parley.Audio;

/// <summary>Brings the delay of a <see cref="SampleLine"/> to its target, a pitch period at a time. Not thread-safe.</summary>
internal sealed class DelayKeeper(SampleLine line, CounterTable<PlayoutCount> counters)
{
    /// <summary>Above the target by more than this, samples are cut out until it is nearly reached.</summary>
    private static readonly TimeSpan Above = TimeSpan.FromMilliseconds(20);

    /// <summary>Below the target by more than this, samples are repeated until it is reached.</summary>
    private static readonly TimeSpan Below = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan NearlyThere = TimeSpan.FromMilliseconds(5);

    /// <summary>Above the target by more than this, it is hurried.</summary>
    private static readonly TimeSpan FarAbove = TimeSpan.FromMilliseconds(150);

    /// <summary>Between two splices: at most 15 ms in 50 are cut or repeated, which still sounds like speech.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan HurriedPace = TimeSpan.FromMilliseconds(30);

    /// <summary>How much alike two periods must be (NetEq takes 0.9, and 0.5 in a hurry).</summary>
    private const double Alike = 0.9;

    private const double HurriedAlike = 0.5;

    /// <summary>Root mean square below which a splice is not heard: −54 dBFS.</summary>
    private const double Hush = 64;

    private bool _isShortening;
    private bool _isLengthening;
    private Instant _next = new(0);

    public bool WantsShorter(TimeSpan delay, TimeSpan target)
    {
        if (delay > target + Above) _isShortening = true;
        else if (delay <= target + NearlyThere) _isShortening = false;
        return _isShortening;
    }

    /// <summary>Cuts out or repeats, when it is time for it.</summary>
    public void Keep(TimeSpan delay, TimeSpan target, Instant now)
    {
        if (delay < target - Below) _isLengthening = true;
        else if (delay >= target) _isLengthening = false;
        if (now < _next) return;
        var isHurried = delay > target + FarAbove;
        var (shortened, lengthened) = (0, 0);
        if (_isShortening) shortened = line.TryShorten(isHurried ? HurriedAlike : Alike, Hush);
        else if (_isLengthening) lengthened = line.TryLengthen(Alike, Hush);
        if (shortened + lengthened == 0) return;
        counters.Add(PlayoutCount.AcceleratedSamples, shortened);
        counters.Add(PlayoutCount.ExpandedSamples, lengthened);
        _next = now + (isHurried ? HurriedPace : Pace);
    }
}
