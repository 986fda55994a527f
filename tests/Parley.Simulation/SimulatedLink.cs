namespace Parley.Simulation;

/// <summary>One direction of a network: takes datagrams, and gives them to a receiver later, twice or never.</summary>
public sealed class SimulatedLink(VirtualClock clock, SeededRandom random, Action<byte[], TransportAddress> receive)
{
    /// <summary>Bytes of IPv4 and UDP header that count against the rate.</summary>
    private const int HeaderBytes = 28;

    private Instant _lastArrival = new(0);
    private Instant _bottleneckFree = new(0);
    private bool _inBurst;

    public LinkConditions Conditions { get; set; } = LinkConditions.Perfect;

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    public void Send(ReadOnlySpan<byte> datagram, TransportAddress source)
    {
        Sent++;
        if (IsLost() || !TryPassBottleneck(datagram.Length, out var departure))
        {
            Lost++;
            return;
        }
        var copies = random.NextDouble() < Conditions.Duplication ? 2 : 1;
        for (var i = 0; i < copies; i++) Deliver(datagram.ToArray(), source, departure);
    }

    private bool IsLost()
    {
        if (Conditions.IsCut) return true;
        _inBurst = _inBurst
            ? random.NextDouble() >= 1 / Math.Max(1, Conditions.BurstLength)
            : random.NextDouble() < Conditions.BurstStart;
        return random.NextDouble() < Conditions.Loss || _inBurst;
    }

    private bool TryPassBottleneck(int length, out Instant departure)
    {
        departure = clock.Now;
        if (Conditions.BitsPerSecond <= 0) return true;
        var start = _bottleneckFree > clock.Now ? _bottleneckFree : clock.Now;
        if (start - clock.Now > Conditions.QueueLimit) return false;
        departure = start + TimeSpan.FromSeconds((length + HeaderBytes) * 8 / Conditions.BitsPerSecond);
        _bottleneckFree = departure;
        return true;
    }

    private void Deliver(byte[] datagram, TransportAddress source, Instant departure)
    {
        var arrival = departure + Conditions.Delay + Conditions.Jitter * random.NextDouble();
        if (random.NextDouble() >= Conditions.Reordering)
        {
            if (arrival < _lastArrival) arrival = _lastArrival;
            _lastArrival = arrival;
        }
        clock.At(arrival, () => receive(datagram, source));
    }
}
