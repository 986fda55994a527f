using Parley.Net.Impairment;

namespace Parley.Simulation;

/// <summary>One direction of a network: takes datagrams, and gives them to a receiver later, twice or never.</summary>
public sealed class SimulatedLink(VirtualClock clock, SeededRandom random, Action<byte[], TransportAddress> receive)
{
    /// <summary>Bytes of IPv4 and UDP header that count against the rate.</summary>
    private const int HeaderBytes = 28;

    private readonly LinkImpairment _impairment = new(random);

    public LinkConditions Conditions
    {
        get => _impairment.Conditions;
        set => _impairment.Conditions = value;
    }

    public long Sent => _impairment.Sent;

    public long Lost => _impairment.Lost;

    public void Send(ReadOnlySpan<byte> datagram, TransportAddress source)
    {
        Span<Instant> arrivals = stackalloc Instant[LinkImpairment.MaxArrivals];
        var count = _impairment.Pass(datagram.Length + HeaderBytes, clock.Now, arrivals);
        for (var i = 0; i < count; i++)
        {
            var copy = datagram.ToArray();
            clock.At(arrivals[i], () => receive(copy, source));
        }
    }
}
