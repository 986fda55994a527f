namespace Parley.Audio;

/// <summary>How long a hole in the sequence is kept open, by what this path was seen to do. (docs/design/audio.md, Uplink)</summary>
internal struct HoleWait(UplinkConfig config)
{
    private ReorderEstimate _reordering = new(config.MaxWait);
    private long _lastSequence = -1;
    private Instant _lastSeen;

    /// <summary>How long a lost packet takes to come when it is asked for again; zero when it is not.</summary>
    public TimeSpan RepairWait { get; set; }

    /// <param name="seen">When the first packet behind the hole came.</param>
    /// <param name="isRepairable">The packet behind it fills it by in-band FEC.</param>
    public readonly Instant EndOf(Instant seen, bool isRepairable)
    {
        var wait = _reordering.WaitAt(seen);
        if (!isRepairable && wait < config.UnrepairableWait) wait = config.UnrepairableWait;
        if (!isRepairable && wait < RepairWait) wait = RepairWait;
        return seen + (wait < config.MaxWait ? wait : config.MaxWait);
    }

    /// <summary>A hole was closed unfilled.</summary>
    /// <param name="lastSequence">Of its last packet.</param>
    /// <param name="seen">When the first packet behind it came.</param>
    public void NoteClosed(long lastSequence, Instant seen) => (_lastSequence, _lastSeen) = (lastSequence, seen);

    /// <summary>A packet came in time, after one that overtook it at <paramref name="overtaken"/>.</summary>
    public void NoteReordered(Instant overtaken, Instant arrival) => _reordering.Observe(arrival - overtaken, arrival);

    /// <summary>A packet came after its hole was closed.</summary>
    public void NoteLate(long sequence, Instant arrival)
    {
        if (sequence <= _lastSequence) _reordering.Observe(arrival - _lastSeen, arrival);
    }
}
