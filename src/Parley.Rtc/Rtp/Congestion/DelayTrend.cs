namespace Parley.Rtc.Rtp.Congestion;

/// <summary>What the queue at the bottleneck seems to do.</summary>
internal enum QueueState
{
    /// <summary>Neither grows nor shrinks.</summary>
    Steady,

    /// <summary>It grows, or stays long: more is sent than the path carries.</summary>
    Growing,

    /// <summary>It shrinks: what waits should be let through before more is sent.</summary>
    Draining,
}

/// <summary>
/// Finds out whether one-way delay rises, by the slope of a line through the recent, smoothed delays, against a threshold that adapts to
/// the path's own unrest. The trendline filter of libwebrtc with the over-use detector of draft-ietf-rmcat-gcc-02 §5.4.
/// </summary>
internal sealed class DelayTrend
{
    private const int WindowLength = 20;
    private const double Smoothing = 0.9;

    /// <summary>The slope is compared with the threshold after multiplication by this and by the number of deltas, at most this many.</summary>
    private const double Gain = 4;
    private const int MaxDeltas = 60;

    /// <summary>The threshold in ms: where it begins, its bounds, and how fast it follows. (§5.4: K_u, K_d, 6…600 ms)</summary>
    private const double FirstThreshold = 12.5;
    private const double MinThreshold = 6;
    private const double MaxThreshold = 600;
    private const double RiseRate = 0.0087;
    private const double FallRate = 0.039;
    private const double SpikeMargin = 15;

    /// <summary>
    /// The slope must be too steep for so long before it counts (§5.4: overuse_time_th, 10 ms), and if it becomes less steep meanwhile,
    /// for longer: a delay that grows evenly has a slope that only falls.
    /// </summary>
    private const double OveruseTime = 10;
    private const double LongOveruseTime = 60;

    /// <summary>
    /// Delay above the least of the last half minute or more, in ms, that is a queue although it does not grow: a full buffer.
    /// Not in the draft, which would leave it to loss.
    /// </summary>
    private const double StandingQueue = 100;
    private const double BaseWindow = 30_000;

    /// <summary>After a pause this long the path is another one.</summary>
    private const double MaxPause = 1000;

    private readonly double[] _times = new double[WindowLength];
    private readonly double[] _delays = new double[WindowLength];
    private int _count;
    private int _deltas;
    private double _lastSent = double.NaN;
    private double _lastArrived;
    private double _firstArrived;
    private double _delay;
    private double _smoothed;
    private double _threshold = FirstThreshold;
    private double _overusedFor = -1;
    private int _overuses;
    private double _lastSlope;
    private double _base;
    private double _recentBase;
    private double _recentSince;

    public QueueState State { get; private set; }

    /// <summary>The packets take another path from now on.</summary>
    public void Reset()
    {
        _lastSent = double.NaN;
        _threshold = FirstThreshold;
        State = QueueState.Steady;
    }

    /// <summary>Takes one packet's times in ms, each on its own clock.</summary>
    public void Handle(double sent, double arrived)
    {
        if (double.IsNaN(_lastSent) || sent - _lastSent > MaxPause)
        {
            Restart(sent, arrived);
            return;
        }
        // Overtaken packets say nothing about the queue.
        var spacing = sent - _lastSent;
        if (spacing < 0) return;
        _delay += arrived - _lastArrived - spacing;
        (_lastSent, _lastArrived) = (sent, arrived);
        _smoothed = Smoothing * _smoothed + (1 - Smoothing) * _delay;
        _deltas = Math.Min(_deltas + 1, MaxDeltas);
        Append(arrived - _firstArrived, _smoothed);
        FollowBase(arrived);
        if (_count == WindowLength) Detect(Slope(), spacing);
    }

    /// <summary>The least delay of this window and the one before: clocks that drift apart do not add up to a queue.</summary>
    private void FollowBase(double arrived)
    {
        _recentBase = Math.Min(_recentBase, _smoothed);
        _base = Math.Min(_base, _recentBase);
        if (arrived - _recentSince < BaseWindow) return;
        (_base, _recentBase, _recentSince) = (_recentBase, _smoothed, arrived);
    }

    private void Restart(double sent, double arrived)
    {
        (_lastSent, _lastArrived, _firstArrived) = (sent, arrived, arrived);
        (_count, _deltas, _overuses, _overusedFor) = (0, 0, 0, -1);
        (_delay, _smoothed, _lastSlope) = (0, 0, 0);
        (_base, _recentBase, _recentSince) = (0, 0, arrived);
        State = QueueState.Steady;
    }

    private void Append(double time, double delay)
    {
        if (_count == WindowLength)
        {
            Array.Copy(_times, 1, _times, 0, WindowLength - 1);
            Array.Copy(_delays, 1, _delays, 0, WindowLength - 1);
            _count--;
        }
        (_times[_count], _delays[_count]) = (time, delay);
        _count++;
    }

    /// <summary>Least squares.</summary>
    private double Slope()
    {
        var (meanTime, meanDelay) = (0.0, 0.0);
        for (var i = 0; i < _count; i++) (meanTime, meanDelay) = (meanTime + _times[i] / _count, meanDelay + _delays[i] / _count);
        var (covariance, variance) = (0.0, 0.0);
        for (var i = 0; i < _count; i++)
        {
            covariance += (_times[i] - meanTime) * (_delays[i] - meanDelay);
            variance += (_times[i] - meanTime) * (_times[i] - meanTime);
        }
        return variance == 0 ? 0 : covariance / variance;
    }

    private void Detect(double slope, double spacing)
    {
        var trend = _deltas * slope * Gain;
        if (trend > _threshold)
        {
            _overusedFor = _overusedFor < 0 ? spacing / 2 : _overusedFor + spacing;
            _overuses++;
            if (_overuses > 1 && _overusedFor > (slope >= _lastSlope ? OveruseTime : LongOveruseTime))
            {
                (_overusedFor, _overuses) = (0, 0);
                State = QueueState.Growing;
            }
        }
        else
        {
            (_overusedFor, _overuses) = (-1, 0);
            State = trend < -_threshold ? QueueState.Draining : _smoothed - _base > StandingQueue ? QueueState.Growing : QueueState.Steady;
        }
        _lastSlope = slope;
        AdaptThreshold(Math.Abs(trend), spacing);
    }

    private void AdaptThreshold(double trend, double spacing)
    {
        // A sudden spike is no unrest of the path's own.
        if (trend > _threshold + SpikeMargin) return;
        var rate = trend < _threshold ? FallRate : RiseRate;
        _threshold = Math.Clamp(_threshold + rate * (trend - _threshold) * Math.Min(spacing, 100), MinThreshold, MaxThreshold);
    }
}
