namespace Parley.Rtc.Rtp.Congestion;

/// <summary>The rate at which packets come out of the path, by their arrival times at the remote.</summary>
internal struct ArrivalRate
{
    private const double WindowMilliseconds = 300;

    /// <summary>A longer silence is the sender's own and no property of the path.</summary>
    private const double MaxGap = 200;

    private bool _hasStarted;
    private double _began;
    private double _last;
    private double _bits;

    /// <summary>Bit/s; null before the first window was full.</summary>
    public double? BitsPerSecond { get; private set; }

    public void Handle(double arrived, int bytes)
    {
        if (!_hasStarted || arrived - _last > MaxGap || arrived < _began)
        {
            // The first packet opens the window: its own bits belong to the time before it.
            (_hasStarted, _began, _last, _bits) = (true, arrived, arrived, 0);
            return;
        }
        _bits += bytes * 8;
        _last = Math.Max(_last, arrived);
        if (_last - _began < WindowMilliseconds) return;
        var rate = _bits * 1000 / (_last - _began);
        BitsPerSecond = BitsPerSecond is { } before ? (before + rate) / 2 : rate;
        (_began, _bits) = (_last, 0);
    }
}
