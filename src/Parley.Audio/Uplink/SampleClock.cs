namespace Parley.Audio;

/// <summary>
/// The call's sample clock, which what is given covers without gap or overlap, and how far it has come on the packets' time line. The
/// two run alike, but where the clock leaps, and where silence was given ahead of time and words came after all. Samples at 48 kHz.
/// </summary>
internal struct SampleClock(UplinkConfig config, CounterTable<UplinkCount> counters)
{
    /// <summary>Time that no packet covers is filled in such pieces: 20 ms.</summary>
    public const int Piece = 960;

    /// <summary>Timestamps that go back by more than this, 1 s, are a new time line and not an overlap.</summary>
    private const int MaxOverlap = 48000;

    /// <summary>What is before it has no place on the clock.</summary>
    private long _firstTimestamp;

    /// <summary>Silence given since the last packet, before the sender said that it was silent.</summary>
    private long _silenceAhead;

    /// <summary>Samples given too much, because words came after all.</summary>
    private long _stretch;
    private bool _isPaused;
    private Instant _pauseArrival;
    private long _pauseTimestamp;

    /// <summary>Samples given: the place of the next one on the clock.</summary>
    public long Position { get; private set; }

    /// <summary>The place of the next sample on the packets' time line.</summary>
    public long NextTimestamp { get; private set; }

    /// <summary>The longest gap that is filled.</summary>
    public int MaxFill { get; } = (int)(config.MaxFill.TotalMilliseconds * 48);

    /// <summary>When the next piece of silence is due in a pause that the sender announced. It lags by <see cref="UplinkConfig.MaxWait"/>.</summary>
    public readonly Deadline PauseDeadline
    {
        get
        {
            var given = NextTimestamp - _pauseTimestamp;
            if (!_isPaused || given >= MaxFill) return Deadline.None;
            return new(_pauseArrival + TimeSpan.FromMilliseconds((given + Piece) / 48.0) + config.MaxWait, "uplink.pause");
        }
    }

    /// <summary>The time is one that the clock covers, or will.</summary>
    public readonly bool Reaches(long timestamp) => timestamp >= _firstTimestamp;

    public readonly long PositionOf(long timestamp) => Math.Max(0, Position - (NextTimestamp - timestamp));

    /// <summary>A new stream begins there; what is before it is another's.</summary>
    public void Begin(long timestamp) => _firstTimestamp = timestamp;

    public void Advance(int duration)
    {
        NextTimestamp += duration;
        Position += duration;
    }

    /// <summary>The silence given last came before it is known whether the sender is silent.</summary>
    public void NoteAhead(int duration) => _silenceAhead += duration;

    /// <summary>A packet has been given to its end.</summary>
    /// <param name="isDtx">It announced discontinuous transmission: a pause begins.</param>
    public void EndPacket(bool isDtx, Instant arrival)
    {
        _silenceAhead = 0;
        _isPaused = isDtx;
        _pauseArrival = arrival;
        _pauseTimestamp = NextTimestamp;
    }

    /// <summary>What is left of a pause of the sender: silence that was given ahead of time is made good by less silence now.</summary>
    public long Repay(long pause)
    {
        if (pause <= 0) return pause;
        var repaid = Math.Min(pause, _stretch);
        _stretch -= repaid;
        NextTimestamp += repaid;
        return pause - repaid;
    }

    /// <summary>What is to be filled of a gap; the clock leaps over what is beyond the bound.</summary>
    public long Shorten(long gap)
    {
        if (gap <= MaxFill) return gap;
        LeapTo(NextTimestamp + gap - MaxFill);
        return MaxFill;
    }

    /// <summary>Samples of a packet that are covered already, all of them at most; straightens the time line where it must.</summary>
    public int Skip(long timestamp, int duration)
    {
        var covered = NextTimestamp - timestamp;
        if (covered <= 0) return 0;
        if (covered <= _silenceAhead)
        {
            // The sender spoke again while silence was given ahead for it: the words are worth more than the clock.
            _stretch += covered;
            NextTimestamp = timestamp;
            return 0;
        }
        if (covered > MaxOverlap)
        {
            LeapTo(timestamp);
            return 0;
        }
        return (int)Math.Min(covered, duration);
    }

    private void LeapTo(long timestamp)
    {
        counters.Increment(UplinkCount.Leapt);
        NextTimestamp = _firstTimestamp = timestamp;
    }
}
