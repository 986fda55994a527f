using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

public sealed class RedundancyTests
{
    /// <summary>Chance alone: a packet is missing only when it and the packets that repeat it are all lost.</summary>
    [Theory]
    [InlineData(0.05, 1, 0.0000, 0.010)]
    [InlineData(0.10, 1, 0.0030, 0.020)]
    [InlineData(0.20, 1, 0.0200, 0.060)]
    [InlineData(0.20, 2, 0.0020, 0.018)]
    [InlineData(0.30, 2, 0.0120, 0.045)]
    public void Random_loss_is_filled_by_the_copies_in_later_packets(double loss, int levels, double least, double most)
    {
        using var call = Call(levels, new LinkConditions { Delay = TimeSpan.FromMilliseconds(40), Loss = loss });
        call.Speak(2000);
        Assert.InRange(call.MissingShare, least, most);
        Assert.InRange(call.Callee.Stats.RepairedByRedundancy, 2000 * (loss - most - 0.03), 2000 * (loss + 0.03));
    }

    [Fact]
    public void Without_copies_what_is_lost_is_missing()
    {
        using var call = Call(0, new LinkConditions { Loss = 0.2 });
        call.Speak(2000);
        Assert.InRange(call.MissingShare, 0.17, 0.23);
        Assert.Equal(0, call.Callee.Stats.RepairedByRedundancy);
    }

    [Fact]
    public void Bursts_no_longer_than_the_copies_reach_leave_nothing_missing()
    {
        using var call = Call(2, LinkConditions.Perfect);
        var number = 0;
        // Two of every seven in a row.
        call.Pair.Caller.Sending = (packet, _) => packet[0] is < 128 or > 191 || packet[1] is >= 192 and <= 223 || number++ % 7 is not (3 or 4);
        call.Speak(700);
        Assert.Equal(Enumerable.Range(0, 700), call.Heard);
    }

    [Fact]
    public void Gilbert_bursts_are_filled_better_by_two_copies_than_by_one()
    {
        var conditions = new LinkConditions { BurstStart = 0.05, BurstLength = 2 };
        double Missing(int levels)
        {
            using var call = Call(levels, conditions);
            call.Speak(3000);
            return call.MissingShare;
        }
        var (none, one, two) = (Missing(0), Missing(1), Missing(2));
        Assert.InRange(none, 0.06, 0.14);
        Assert.InRange(one, 0.02, 0.70 * none);
        Assert.InRange(two, 0, 0.70 * one);
    }

    [Fact]
    public void Events_come_in_order_with_the_numbers_and_times_of_the_lost_packets_and_none_twice()
    {
        using var call = Call(2, new LinkConditions { Delay = TimeSpan.FromMilliseconds(30), Loss = 0.2 });
        call.Speak(1000);
        Assert.Equal(call.Heard.Order().Distinct(), call.Heard);
        var events = call.Pair.Callee.Of(PeerEventKind.AudioReceived).Select(e => e.Event).ToList();
        foreach (var (e, number) in events.Zip(call.Heard))
        {
            Assert.Equal((uint)number * 960, e.RtpTimestamp);
            Assert.Equal(number - call.Heard[0], (ushort)(e.SequenceNumber.Value - events[0].SequenceNumber.Value));
        }
        Assert.Contains(events, e => e.IsRepair);
        Assert.Contains(events, e => !e.IsRepair);
    }

    [Fact]
    public void A_packet_that_comes_after_its_copy_is_dropped()
    {
        using var call = Call(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(60), Reordering = 0.3 });
        call.Speak(500);
        call.Pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(0, 500), call.Heard.Order());
        Assert.NotEqual(0, call.Callee.MediaCounters[MediaCounter.Duplicate]);
    }

    [Fact]
    public void A_remote_that_did_not_offer_RED_never_gets_it()
    {
        using var call = new SpokenCall(3, offer => offer.Replace("red/48000/2", "x/48000/2", StringComparison.Ordinal));
        Assert.False(call.Callee.CanRepeatAudio);
        call.Callee.AudioRedundancy = 2;
        Assert.Equal(0, call.Callee.AudioRedundancy);
        call.Speak(50, bothWays: true);
        Assert.Equal(0, call.Caller.Drops.Total);
        Assert.InRange(call.Caller.Stats.PacketsReceived, 48, 50);
    }

    [Fact]
    public void Packets_stay_below_the_longest_datagram_whatever_is_repeated()
    {
        using var call = Call(2, LinkConditions.Perfect);
        var longest = 0;
        call.Pair.Caller.Sending = (packet, _) => (longest = Math.Max(longest, packet.Length)) > 0;
        call.Speak(20, length: 700);
        call.Speak(20, length: RtcPeer.MaxAudioLength);
        Assert.InRange(longest, 1150, RtcPeer.MaxDatagramLength);
        Assert.Equal(40, call.Heard.Count);
    }

    private static SpokenCall Call(int levels, LinkConditions conditions)
    {
        var call = new SpokenCall(11, offer => offer.Replace(" nack", " x", StringComparison.Ordinal));
        call.Pair.ToCallee.Conditions = conditions;
        call.Caller.AudioRedundancy = levels;
        return call;
    }
}
