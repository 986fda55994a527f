using Parley.Rtc.Rtp.Feedback;

namespace Parley.Rtc.Rtp.Congestion;

/// <summary>
/// How much the path to the remote carries: the lowest of what delay, loss and the remote's own bound allow.
/// (draft-ietf-rmcat-gcc-02 §5.5, §6) In bit/s of IP packets. Deterministic; allocates nothing after construction.
/// </summary>
internal sealed class SendRateEstimator
{
    public const int MinBitsPerSecond = 10_000;
    public const int MaxBitsPerSecond = 512_000;

    /// <summary>Bytes of an IPv4 and a UDP header, which the path carries as well.</summary>
    private const int IpOverhead = 28;

    /// <summary>Room for a voice with redundancy. Until feedback says otherwise the path has it.</summary>
    private const double FirstBitsPerSecond = 100_000;

    /// <summary>
    /// Loss alone does not take the estimate below this: a radio link loses packets whatever is sent, and speech answers that with more
    /// redundancy, not with less. A full queue shows as delay.
    /// </summary>
    private const double LossFloor = 56_000;

    private const double Backoff = 0.85;

    /// <summary>What a step down does is seen only when the queue has had time to drain.</summary>
    private static readonly TimeSpan BackoffInterval = TimeSpan.FromMilliseconds(600);

    private const double GrowthPerSecond = 1.08;

    /// <summary>
    /// Growth near the known capacity, in bit/s each second. Slower than §5.5, a packet for each response time: a voice gains little from
    /// the last bits, and hears each time that they were too many.
    /// </summary>
    private const double CautiousBitsPerSecond = 1000;

    /// <summary>Growth does not go further beyond what was shown to get through. (§5.5)</summary>
    private const double MaxHeadroom = 1.5;
    private const double HeadroomBits = 10_000;

    private const double HighLoss = 0.10;
    private const double LowLoss = 0.02;
    private const int LossWindowPackets = 20;
    private static readonly TimeSpan LossWindow = TimeSpan.FromSeconds(1);

    private readonly SentPacketLog _sent = new();
    private readonly DelayTrend _trend = new();
    private ArrivalRate _arrivals;
    private double _byDelay = FirstBitsPerSecond;
    private double _byLoss = MaxBitsPerSecond;
    private double _bound = double.PositiveInfinity;
    private double? _capacity;
    private bool _hasEstimate;
    private Instant _lastFeedback = Instant.Never;
    private Instant _lastBackoff = Instant.Never;
    private int _windowPackets;
    private int _windowLost;
    private Instant _windowBegan = Instant.Never;

    /// <summary>Null before any feedback.</summary>
    public long? BitsPerSecond => _hasEstimate ? (long)Math.Max(MinBitsPerSecond, Math.Min(_bound, Math.Min(_byDelay, _byLoss))) : null;

    /// <summary>The fraction lost of the last second's packets or more; null before.</summary>
    public double? Loss { get; private set; }

    /// <param name="length">Bytes of the SRTP packet.</param>
    public void HandleSent(ushort sequence, int length, Instant now) => _sent.Add(sequence, length + IpOverhead, now);

    /// <summary>The remote's own upper bound. (draft-alvestrand-rmcat-remb-03)</summary>
    public void HandleBound(double bitsPerSecond)
    {
        _bound = bitsPerSecond;
        _hasEstimate = true;
    }

    /// <summary>The packets take another path from now on: what was learnt of the old one means nothing there.</summary>
    public void HandlePathChange()
    {
        _trend.Reset();
        _arrivals = default;
        (_byDelay, _byLoss, _bound) = (FirstBitsPerSecond, MaxBitsPerSecond, double.PositiveInfinity);
        (_capacity, Loss) = (null, null);
        (_windowPackets, _windowLost, _windowBegan) = (0, 0, Instant.Never);
        _lastBackoff = Instant.Never;
    }

    /// <summary>Takes what the remote says became of packets.</summary>
    public void HandleFeedback(ref TransportFeedbackReader feedback, Instant now)
    {
        var isNews = false;
        while (feedback.TryRead(out var sequence, out var hasArrived, out var arrival))
        {
            if (!_sent.TryTake(sequence, out var sent, out var bytes)) continue;
            isNews = true;
            _windowPackets++;
            if (!hasArrived)
            {
                _windowLost++;
                continue;
            }
            var arrived = (double)arrival / TimeSpan.TicksPerMillisecond;
            _arrivals.Handle(arrived, bytes);
            _trend.Handle(sent.TotalMilliseconds, arrived);
        }
        if (!isNews) return;
        _hasEstimate = true;
        FollowDelay(now);
        FollowLoss(now);
        _lastFeedback = now;
    }

    private void FollowDelay(Instant now)
    {
        var passed = _lastFeedback.IsNever ? 0 : Math.Min((now - _lastFeedback).TotalSeconds, 1);
        switch (_trend.State)
        {
            case QueueState.Growing when _arrivals.BitsPerSecond is { } rate && (_lastBackoff.IsNever || now - _lastBackoff > BackoffInterval):
                // What comes out of a queue that grows is what the bottleneck carries.
                _capacity = _capacity is { } known ? (known + rate) / 2 : rate;
                _byDelay = Math.Max(MinBitsPerSecond, Math.Min(_byDelay, Backoff * rate));
                _lastBackoff = now;
                break;
            case QueueState.Steady:
                Grow(passed);
                break;
        }
    }

    private void Grow(double seconds)
    {
        var limit = _arrivals.BitsPerSecond is { } rate ? MaxHeadroom * rate + HeadroomBits : FirstBitsPerSecond;
        if (_byDelay >= limit) return;
        // Near where it was too much before, by steps; far from it, by a factor. (§5.5)
        var isNearCapacity = _capacity is { } known && _byDelay > 0.8 * known && _byDelay < 1.2 * known;
        var grown = isNearCapacity ? _byDelay + CautiousBitsPerSecond * seconds : _byDelay * Math.Pow(GrowthPerSecond, seconds);
        // Above what was too much once, the path has changed.
        if (_capacity is { } before && grown > 1.2 * before) _capacity = null;
        _byDelay = Math.Min(Math.Min(grown, Math.Max(limit, _byDelay)), MaxBitsPerSecond);
    }

    private void FollowLoss(Instant now)
    {
        if (_windowBegan.IsNever) _windowBegan = now;
        if (now - _windowBegan < LossWindow || _windowPackets < LossWindowPackets) return;
        var loss = (double)_windowLost / _windowPackets;
        Loss = loss;
        (_windowPackets, _windowLost, _windowBegan) = (0, 0, now);
        // (§6: more than 10 % lost lowers the rate, less than 2 % lets it rise)
        if (loss > HighLoss) _byLoss = Math.Max(LossFloor, Math.Min(_byLoss, _byDelay) * (1 - 0.5 * loss));
        else if (loss < LowLoss) _byLoss = Math.Min(MaxBitsPerSecond, _byLoss * GrowthPerSecond);
    }
}
