using Parley.Rtc.Rtp.Congestion;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Rtp;

public sealed class DelayTrendTests
{
    private const double Spacing = 20;

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public void An_hour_of_clock_drift_is_no_queue(double partsPerMillion)
    {
        var trend = new DelayTrend();
        var random = new SeededRandom(3);
        for (var i = 0; i < 180_000; i++)
        {
            trend.Handle(i * Spacing, i * Spacing * (1 + partsPerMillion * 1e-6) + 4 * random.NextDouble());
            Assert.NotEqual(QueueState.Growing, trend.State);
        }
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(1)]
    public void A_queue_that_grows_evenly_is_seen_before_it_has_grown_much(double millisecondsPerMillisecond)
    {
        var trend = new DelayTrend();
        var at = 0;
        for (; at < 100; at++) trend.Handle(at * Spacing, at * Spacing);
        var queue = 0.0;
        for (; trend.State != QueueState.Growing; at++)
        {
            queue += Spacing * millisecondsPerMillisecond;
            trend.Handle(at * Spacing, at * Spacing + queue);
        }
        Assert.InRange(queue, 0, 30 + 200 * millisecondsPerMillisecond);
    }

    [Fact]
    public void A_queue_that_stays_long_is_seen_although_it_does_not_grow()
    {
        var trend = new DelayTrend();
        var at = 0;
        for (; at < 100; at++) trend.Handle(at * Spacing, at * Spacing);
        // All at once, as when another's transfer fills the buffer.
        for (; at < 250; at++) trend.Handle(at * Spacing, at * Spacing + 300);
        Assert.Equal(QueueState.Growing, trend.State);
    }

    [Fact]
    public void A_queue_that_empties_is_seen_and_then_all_is_steady()
    {
        var trend = new DelayTrend();
        var at = 0;
        for (; at < 100; at++) trend.Handle(at * Spacing, at * Spacing);
        for (; at < 150; at++) trend.Handle(at * Spacing, at * Spacing + 4 * (at - 100));
        var states = new HashSet<QueueState>();
        for (; at < 400; at++)
        {
            trend.Handle(at * Spacing, at * Spacing + Math.Max(0, 200 - 4 * (at - 150)));
            states.Add(trend.State);
        }
        Assert.Contains(QueueState.Draining, states);
        Assert.Equal(QueueState.Steady, trend.State);
    }

    [Fact]
    public void A_pause_and_packets_that_were_overtaken_say_nothing()
    {
        var trend = new DelayTrend();
        for (var i = 0; i < 200; i++)
        {
            trend.Handle(i * Spacing, i * Spacing);
            if (i % 5 == 4) trend.Handle((i - 1) * Spacing, i * Spacing + 60); // late
        }
        trend.Handle(60_000, 60_400);
        for (var i = 1; i < 100; i++) trend.Handle(60_000 + i * Spacing, 60_400 + i * Spacing);
        Assert.Equal(QueueState.Steady, trend.State);
    }
}
