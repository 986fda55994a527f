namespace Parley.Audio;

/// <summary>
/// How long packets that were overtaken arrive after the packet that overtook them: the largest lateness seen,
/// halved every 10 s until a larger one is, so that a path that keeps order pays no wait.
/// </summary>
internal struct ReorderEstimate(TimeSpan longest)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    private TimeSpan _wait;
    private Instant _seen;

    /// <summary>Notes that a packet came <paramref name="lateness"/> after one that overtook it.</summary>
    public void Observe(TimeSpan lateness, Instant now)
    {
        var wait = lateness + Margin;
        // What would not be waited for anyway is no reason to wait.
        if (lateness < TimeSpan.Zero || wait > longest) return;
        if (wait < WaitAt(now)) return;
        _wait = wait;
        _seen = now;
    }

    public readonly TimeSpan WaitAt(Instant now)
    {
        if (_wait == TimeSpan.Zero) return TimeSpan.Zero;
        var halvings = Math.Clamp((now - _seen) / HalfLife, 0, 30);
        var wait = _wait * Math.Pow(0.5, halvings);
        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.Zero : wait;
    }
}
