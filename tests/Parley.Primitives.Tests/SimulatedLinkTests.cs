using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Primitives.Tests;

public sealed class SimulatedLinkTests
{
    private static readonly TransportAddress Source = TransportAddress.FromIPv4(0x7F000001, 5000);

    [Fact]
    public void The_same_seed_gives_the_same_arrivals() => Assert.Equal(Run(seed: 3), Run(seed: 3));

    [Fact]
    public void Another_seed_gives_other_arrivals() => Assert.NotEqual(Run(seed: 3), Run(seed: 4));

    [Fact]
    public void Loss_is_close_to_what_was_asked()
    {
        var link = Fill(new LinkConditions { Loss = 0.1 }, out _);
        Assert.InRange(link.Lost / (double)link.Sent, 0.09, 0.11);
    }

    [Fact]
    public void A_link_without_reordering_keeps_order_under_jitter()
    {
        Fill(new LinkConditions { Jitter = TimeSpan.FromMilliseconds(50) }, out var arrived);
        Assert.Equal(arrived.Order(), arrived);
    }

    [Fact]
    public void A_slow_link_spaces_datagrams_and_drops_what_its_queue_cannot_hold()
    {
        var clock = new VirtualClock();
        var arrivals = new List<double>();
        var link = new SimulatedLink(clock, new SeededRandom(1), (_, _) => arrivals.Add(clock.Now.TotalMilliseconds))
        {
            Conditions = new LinkConditions { BitsPerSecond = 80_000, QueueLimit = TimeSpan.FromMilliseconds(25) },
        };
        for (var i = 0; i < 10; i++) link.Send(new byte[72], Source);
        clock.RunUntil(Instant.Never);
        Assert.Equal([10, 20, 30], arrivals);
        Assert.Equal(7, link.Lost);
    }

    private static List<(long, byte)> Run(ulong seed)
    {
        var clock = new VirtualClock();
        var arrived = new List<(long, byte)>();
        var link = new SimulatedLink(clock, new SeededRandom(seed), (bytes, _) => arrived.Add((clock.Now.Ticks, bytes[0])))
        {
            Conditions = new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(40), Jitter = TimeSpan.FromMilliseconds(30), Loss = 0.1,
                BurstStart = 0.02, BurstLength = 4, Reordering = 0.2, Duplication = 0.05,
            },
        };
        for (var i = 0; i < 200; i++)
        {
            var value = (byte)i;
            clock.At(Instant.FromMilliseconds(i * 20), () => link.Send([value], Source));
        }
        clock.RunUntil(Instant.Never);
        return arrived;
    }

    private static SimulatedLink Fill(LinkConditions conditions, out List<int> arrived)
    {
        var clock = new VirtualClock();
        var order = new List<int>();
        var link = new SimulatedLink(clock, new SeededRandom(11), (bytes, _) => order.Add(BitConverter.ToInt32(bytes)))
        {
            Conditions = conditions,
        };
        for (var i = 0; i < 20_000; i++)
        {
            var number = i;
            clock.At(new Instant(i * 1000L), () => link.Send(BitConverter.GetBytes(number), Source));
        }
        clock.RunUntil(Instant.Never);
        arrived = order;
        return link;
    }
}
