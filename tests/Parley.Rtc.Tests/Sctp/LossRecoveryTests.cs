using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Losses are found by what was sent later, and by probes, long before the time-out. (RFC 8985)</summary>
public sealed class LossRecoveryTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(80);

    /// <summary>With three missing reports and time-outs alone it was 5.5 KB/s.</summary>
    [Fact]
    public void At_30_percent_loss_both_ways_and_a_round_trip_of_160_ms_a_transfer_reaches_28_KB_a_second()
    {
        var rates = new List<double>();
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var pair = Connected(seed, 0.3, out var channel);
            var start = pair.Clock.Now;
            for (var i = 0; i < 2; i++) Assert.Equal(SendStatus.Queued, pair.Left.Send(channel, new byte[250_000]));
            pair.RunUntil(() => pair.Right.Messages.Count == 2, 300, "the transfer");
            rates.Add(500 / (pair.Clock.Now - start).TotalSeconds);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{rates[^1]:0.0} KB/s, " + string.Join(", ", pair.Left.Association.Counters.NonZero().Select(c => $"{c.Key} {c.Value}")));
        }
        Assert.InRange(rates.Average(), 28, 1000);
    }

    [Theory]
    [InlineData(0.1, 100, 3)]
    [InlineData(0.3, 100, 6)]
    [InlineData(0.3, 1000, 6)]
    public void Nineteen_messages_of_twenty_arrive_within_a_few_round_trips(double loss, double everyMilliseconds, double roundTrips)
    {
        var delays = new List<double>();
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var pair = Connected(seed, loss, out var channel);
            var sent = new List<Instant>();
            var arrived = 0;
            pair.Right.Received = () =>
            {
                for (; arrived < pair.Right.Messages.Count; arrived++) delays.Add((pair.Clock.Now - sent[arrived]).TotalMilliseconds);
            };
            for (var i = 0; i < 200; i++)
            {
                sent.Add(pair.Clock.Now);
                pair.Left.Send(channel, new byte[300]);
                pair.RunFor(everyMilliseconds / 1000);
            }
            pair.RunUntil(() => arrived == 200, 60, "all messages");
        }
        delays.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"p50 {delays[500]:0} ms, p95 {delays[950]:0} ms, p99 {delays[990]:0} ms");
        Assert.InRange(delays[950], Delay.TotalMilliseconds, roundTrips * 2 * Delay.TotalMilliseconds);
    }

    [Fact]
    public void A_lost_last_message_is_repeated_by_a_probe_after_about_two_round_trips_and_without_a_time_out()
    {
        var pair = Connected(1, 0, out var channel);
        pair.RunFor(5);
        pair.Left.Send(channel, [1]);
        pair.RunFor(1);
        pair.ToRight.Conditions = new LinkConditions { IsCut = true };
        var start = pair.Clock.Now;
        pair.Left.Send(channel, [2]);
        pair.Conditions = new LinkConditions { Delay = Delay };
        pair.RunUntil(() => pair.Right.Messages.Count == 2, 5, "the message");
        Assert.InRange((pair.Clock.Now - start).TotalMilliseconds, 240, 480);
        Assert.Equal(1, pair.Left.Association.Counters[SctpCounter.Probe]);
        Assert.Equal(0, pair.Left.Association.Counters[SctpCounter.RetransmissionTimeout]);
    }

    [Fact]
    public void Reordering_within_a_quarter_of_the_round_trip_repeats_nothing()
    {
        var pair = Connected(3, 0, out var channel);
        pair.Conditions = new LinkConditions { Delay = Delay, Jitter = TimeSpan.FromMilliseconds(15), Reordering = 1 };
        for (var i = 0; i < 20; i++) pair.Left.Send(channel, new byte[10_000]);
        pair.RunUntil(() => pair.Right.Messages.Count == 20, 60, "the transfer");
        Assert.Equal(0, pair.Left.Association.Counters[SctpCounter.FastRetransmission]);
        Assert.Equal(0, pair.Right.Association.Counters[SctpCounter.DuplicateTsn]);
    }

    [Fact]
    public void A_network_without_loss_sees_no_probe_and_no_repetition()
    {
        var pair = Connected(4, 0, out var channel);
        for (var i = 0; i < 100; i++)
        {
            pair.Left.Send(channel, new byte[1 + 97 * i]);
            pair.Right.Send(channel, new byte[1 + 31 * i]);
            pair.RunFor(0.037 * (i % 7));
        }
        pair.RunUntil(() => pair.Left.Messages.Count == 100 && pair.Right.Messages.Count == 100, 60, "all messages");
        foreach (var side in new[] { pair.Left, pair.Right })
        {
            Assert.Equal(0, side.Association.Counters[SctpCounter.Probe] + side.Association.Counters[SctpCounter.FastRetransmission]);
            Assert.Equal(0, side.Association.Counters[SctpCounter.DuplicateTsn]);
        }
    }

    private static SctpPair Connected(ulong seed, double loss, out ushort channel)
    {
        var pair = new SctpPair(seed, new LinkConditions { Delay = Delay, Loss = loss }).Connect();
        var opened = pair.Left.Open();
        pair.RunUntil(() => pair.Right.Channels.IsOpen(opened), 60, "open");
        channel = opened;
        return pair;
    }
}
