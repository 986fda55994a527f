using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

public sealed class ResendTests
{
    [Theory]
    [InlineData(0.05, 0.010)]
    [InlineData(0.10, 0.030)]
    [InlineData(0.30, 0.180)]
    public void Lost_packets_come_again_within_the_time_that_they_are_waited_for(double loss, double most)
    {
        using var call = Connected(roundTrip: 20);
        call.Pair.ToCallee.Conditions = call.Pair.ToCallee.Conditions with { Loss = loss };
        var before = call.Sent;
        var heardBefore = call.Heard.Count;
        call.Speak(1000, bothWays: true);
        var missing = 1 - (call.Heard.Distinct().Count() - heardBefore) / (double)(call.Sent - before);
        Assert.InRange(missing, 0, most);
        var stats = call.Callee.Stats;
        Assert.InRange(stats.RepairedByResend, 0.7 * 1000 * (loss - most), stats.ResendsAsked);
        Assert.NotEqual(0, call.Caller.Stats.PacketsResent);
        Assert.InRange(LongestRepair(call).TotalMilliseconds, 20, 60);
    }

    [Fact]
    public void Nothing_is_asked_for_when_the_round_trip_is_too_long()
    {
        using var call = Connected(roundTrip: 80);
        call.Pair.ToCallee.Conditions = call.Pair.ToCallee.Conditions with { Loss = 0.1 };
        call.Speak(500, bothWays: true);
        Assert.Equal(0, call.Callee.Stats.ResendsAsked);
    }

    [Fact]
    public void Nothing_is_asked_for_without_an_agreement()
    {
        using var call = Connected(roundTrip: 20, offer => offer.Replace(" nack", " x", StringComparison.Ordinal));
        call.Pair.ToCallee.Conditions = call.Pair.ToCallee.Conditions with { Loss = 0.1 };
        call.Speak(500, bothWays: true);
        Assert.Equal(0, call.Callee.Stats.ResendsAsked);
        Assert.Equal(0, call.Caller.Stats.ResendsWanted);
    }

    [Fact]
    public void A_path_that_only_reorders_is_hardly_ever_asked()
    {
        using var call = Connected(roundTrip: 20);
        call.Pair.ToCallee.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(30), Reordering = 0.3 };
        call.Speak(1000, bothWays: true);
        call.Pair.Clock.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal(call.Sent, call.Heard.Distinct().Count());
        Assert.InRange(call.Callee.Stats.ResendsAsked, 0, 30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_are_understood_with_and_without_reduced_size(bool isReducedSize)
    {
        using var call = Connected(roundTrip: 20, offer => isReducedSize ? offer : offer.Replace("a=rtcp-rsize", "a=x", StringComparison.Ordinal));
        call.Pair.ToCallee.Conditions = call.Pair.ToCallee.Conditions with { Loss = 0.1 };
        call.Speak(500, bothWays: true);
        Assert.InRange(call.Callee.Stats.RepairedByResend, 20, 100);
        Assert.Equal(0, call.Caller.Drops[PeerDropReason.MalformedRtcp]);
    }

    /// <summary>From when a hole was seen, which is when the first packet behind it came, to when its own came.</summary>
    private static TimeSpan LongestRepair(SpokenCall call)
    {
        var events = call.Pair.Callee.Of(PeerEventKind.AudioReceived).ToList();
        return events.Where(e => e.Event.IsRepair).Max(repair => repair.At - events.Find(e => e.Event.RtpTimestamp > repair.Event.RtpTimestamp)!.At);
    }

    /// <summary>Connected, and the callee knows the round trip.</summary>
    private static SpokenCall Connected(double roundTrip, Func<string, string>? editOffer = null)
    {
        var call = new SpokenCall(17, editOffer);
        call.Pair.ToCallee.Conditions = call.Pair.ToCaller.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(roundTrip / 2) };
        call.Speak(600, bothWays: true);
        if (Math.Abs(call.Callee.Stats.RoundTripTime!.Value.TotalMilliseconds - roundTrip) > 1) throw new InvalidOperationException("The round trip is not known.");
        return call;
    }
}
