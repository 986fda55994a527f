namespace Parley.Rtc.Sctp.Transmission;

/// <summary>The retransmission time-out of the path. (RFC 9260 §6.3.1)</summary>
internal sealed class RetransmissionTimeout(TimeSpan minimum, TimeSpan maximum)
{
    private static readonly TimeSpan ClockGranularity = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ProbeMargin = TimeSpan.FromMilliseconds(10);

    private TimeSpan _current;
    private TimeSpan _unbacked;
    private TimeSpan _variation;

    /// <summary>Meaningful once an initial value is set.</summary>
    public TimeSpan Current
    {
        get => _current;
        private set => _current = value < minimum ? minimum : value > maximum ? maximum : value;
    }

    private bool IsAssumed { get; set; }

    /// <summary>Zero until a round trip is measured.</summary>
    public TimeSpan Smoothed { get; private set; }

    /// <summary>
    /// Silence after which an acknowledgement is overdue; null until a round trip is known. Unlike the time-out it has no minimum, for
    /// what is sent last asks to be acknowledged at once. (RFC 8985 §7.2; RFC 9002 §6.2.1)
    /// </summary>
    public TimeSpan? Probe =>
        Smoothed == TimeSpan.Zero ? null : Smoothed + ProbeMargin + (_variation * 4 > Smoothed / 4 ? _variation * 4 : Smoothed / 4);

    /// <summary>For INIT and COOKIE ECHO, which are answered at once: as long as a probe waits, doubling.</summary>
    /// <param name="attempt">1 for the first.</param>
    public TimeSpan OfRequest(int attempt)
    {
        var timeout = Probe ?? Current;
        for (; attempt > 1 && timeout < maximum; attempt--) timeout *= 2;
        return timeout < maximum ? timeout : maximum;
    }

    /// <summary>Takes the round trip that a lower layer measured for a first measurement, until there is one.</summary>
    public void Assume(TimeSpan roundTrip)
    {
        if (Smoothed != TimeSpan.Zero) return;
        Measure(roundTrip);
        IsAssumed = true;
    }

    /// <summary>C1. Has no effect once a round trip is measured.</summary>
    public void SetInitial(TimeSpan initial)
    {
        if (Smoothed == TimeSpan.Zero) Current = _unbacked = initial;
    }

    /// <summary>C2 and C3.</summary>
    public void Measure(TimeSpan roundTrip)
    {
        if (roundTrip < ClockGranularity) roundTrip = ClockGranularity;
        if (Smoothed == TimeSpan.Zero || IsAssumed)
        {
            IsAssumed = false;
            Smoothed = roundTrip;
            _variation = roundTrip / 2;
        }
        else
        {
            _variation += ((Smoothed - roundTrip).Duration() - _variation) / 4;
            Smoothed += (roundTrip - Smoothed) / 8;
        }
        if (_variation < ClockGranularity) _variation = ClockGranularity;
        Current = _unbacked = Smoothed + _variation * 4;
    }

    /// <summary>E2: after an expiry.</summary>
    public void BackOff() => Current *= 2;

    /// <summary>
    /// Data got through: the doublings end, and not only with the next measurement, which under heavy loss is long in coming
    /// because repeated chunks measure nothing. TCP stacks do the same.
    /// </summary>
    public void EndBackOff() => Current = _unbacked;
}
