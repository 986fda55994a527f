using System.Buffers.Binary;

namespace Parley.Net.Impairment;

/// <summary>
/// One direction of a bad network: says when each packet arrives, twice or never. A pure machine; the same seed gives the same fate.
/// Simulated links in tests and the bridge of <c>parley impair</c> are driven by it.
/// </summary>
public sealed class LinkImpairment(IRandomSource random)
{
    /// <summary>Arrivals that one packet can have: its own and that of a duplicate.</summary>
    public const int MaxArrivals = 2;

    private Instant _lastArrival = new(0);
    private Instant _bottleneckFree = new(0);
    private bool _inBurst;

    public LinkConditions Conditions { get; set; } = LinkConditions.Perfect;

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Decides about one packet.</summary>
    /// <param name="bytes">Its length on the wire.</param>
    /// <param name="arrivals">Takes <see cref="MaxArrivals"/> instants.</param>
    /// <returns>How often it arrives: 0 when it is lost.</returns>
    public int Pass(int bytes, Instant now, Span<Instant> arrivals)
    {
        Sent++;
        if (IsLost() || !TryPassBottleneck(bytes, now, out var departure))
        {
            Lost++;
            return 0;
        }
        var copies = NextDouble() < Conditions.Duplication ? MaxArrivals : 1;
        for (var i = 0; i < copies; i++) arrivals[i] = ArrivalOf(departure);
        return copies;
    }

    private bool IsLost()
    {
        if (Conditions.IsCut) return true;
        _inBurst = _inBurst
            ? NextDouble() >= 1 / Math.Max(1, Conditions.BurstLength)
            : NextDouble() < Conditions.BurstStart;
        return NextDouble() < Conditions.Loss || _inBurst;
    }

    private bool TryPassBottleneck(int bytes, Instant now, out Instant departure)
    {
        departure = now;
        if (Conditions.BitsPerSecond <= 0) return true;
        var start = _bottleneckFree > now ? _bottleneckFree : now;
        if (start - now > Conditions.QueueLimit) return false;
        departure = start + TimeSpan.FromSeconds(bytes * 8 / Conditions.BitsPerSecond);
        _bottleneckFree = departure;
        return true;
    }

    private Instant ArrivalOf(Instant departure)
    {
        var arrival = departure + Conditions.Delay + Conditions.Jitter * NextDouble();
        if (NextDouble() < Conditions.Reordering) return arrival;
        if (arrival < _lastArrival) arrival = _lastArrival;
        return _lastArrival = arrival;
    }

    /// <summary>Uniform in [0, 1): 53 bits.</summary>
    private double NextDouble()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        random.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
