namespace Parley.Rtc.Sctp.Transmission;

/// <summary>The retransmission time-out of the path. (RFC 9260 §6.3.1)</summary>
internal sealed class RetransmissionTimeout(TimeSpan minimum, TimeSpan maximum)
{
    private static readonly TimeSpan ClockGranularity = TimeSpan.FromMilliseconds(1);

    private TimeSpan _current;
    private TimeSpan _unbacked;
    private TimeSpan _variation;

    /// <summary>Meaningful once an initial value is set.</summary>
    public TimeSpan Current
    {
        get => _current;
        private set => _current = value < minimum ? minimum : value > maximum ? maximum : value;
    }

    /// <summary>Zero until a round trip is measured.</summary>
    public TimeSpan Smoothed { get; private set; }

    /// <summary>C1. Has no effect once a round trip is measured.</summary>
    public void SetInitial(TimeSpan initial)
    {
        if (Smoothed == TimeSpan.Zero) Current = _unbacked = initial;
    }

    /// <summary>C2 and C3.</summary>
    public void Measure(TimeSpan roundTrip)
    {
        if (roundTrip < ClockGranularity) roundTrip = ClockGranularity;
        if (Smoothed == TimeSpan.Zero)
        {
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
