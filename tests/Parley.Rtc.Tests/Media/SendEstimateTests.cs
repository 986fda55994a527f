using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

public sealed class SendEstimateTests
{
    /// <summary>80 bytes of Opus are 130 bytes of IP each 20 ms: more than any of these carries. The speaker obeys the estimate.</summary>
    [Theory]
    [InlineData(48_000)]
    [InlineData(36_000)]
    public void The_estimate_finds_a_bottleneck_and_the_queue_stays_short(double bottleneck)
    {
        using var call = new SpokenCall(5);
        call.Pair.ToCallee.Conditions = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(30), BitsPerSecond = bottleneck, QueueLimit = TimeSpan.FromMilliseconds(500),
        };
        Obey(call, seconds: 30);
        Assert.InRange(call.Caller.Stats.EstimatedSendBitsPerSecond!.Value, 0.55 * bottleneck, 1.15 * bottleneck);
        var received = call.Callee.Stats.PacketsReceived;
        Obey(call, seconds: 20);
        Assert.InRange((call.Callee.Stats.PacketsReceived - received) / (20 * 50.0), 0.97, 1.01);
        Assert.InRange(LastDelay(call).TotalMilliseconds, 30, 180);
    }

    [Fact]
    public void The_estimate_rises_again_when_the_bottleneck_is_gone()
    {
        using var call = new SpokenCall(6);
        call.Pair.ToCallee.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(30), BitsPerSecond = 36_000 };
        Obey(call, seconds: 20);
        var low = call.Caller.Stats.EstimatedSendBitsPerSecond!.Value;
        call.Pair.ToCallee.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) };
        Obey(call, seconds: 30);
        Assert.InRange(call.Caller.Stats.EstimatedSendBitsPerSecond!.Value, 1.3 * low, 512_000);
    }

    [Fact]
    public void What_was_learnt_of_one_path_is_not_believed_of_the_next()
    {
        using var call = new SpokenCall(12);
        var pair = call.Pair;
        pair.ToCaller.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), BitsPerSecond = 36_000 };
        call.Speak(500, bothWays: true);
        Assert.InRange(call.Callee.Stats.EstimatedSendBitsPerSecond!.Value, 20_000, 45_000);
        // From Wi-Fi to mobile: the caller's packets come from elsewhere, and the callee's follow them.
        pair.Caller.Address = TransportAddress.FromIPv4(0x7F000002, 50_000);
        pair.ToCaller.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) };
        // The caller's next consent check, which confirms the move, comes within six seconds.
        call.Speak(310, bothWays: true);
        Assert.Equal(pair.Caller.Address, call.Callee.RemoteAddress);
        Assert.InRange(call.Callee.Stats.EstimatedSendBitsPerSecond!.Value, 80_000, 120_000);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 0.05)]
    public void A_path_with_room_is_not_taken_for_a_bottleneck(double jitter, double reordering)
    {
        using var call = new SpokenCall(7);
        call.Pair.ToCallee.Conditions = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(jitter), Reordering = reordering,
        };
        call.Speak(1500);
        Assert.InRange(call.Caller.Stats.EstimatedSendBitsPerSecond!.Value, 70_000, 200_000); // 52 kbit/s are sent
        Assert.Equal(0, call.Caller.Stats.SendLoss!.Value, 0.01);
    }

    [Fact]
    public void Loss_is_measured_and_without_a_queue_leaves_room_for_redundancy()
    {
        using var call = new SpokenCall(8, offer => offer.Replace(" nack", " x", StringComparison.Ordinal));
        call.Pair.ToCallee.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(30), Loss = 0.2 };
        call.Speak(1500);
        Assert.InRange(call.Caller.Stats.SendLoss!.Value, 0.05, 0.4);
        Assert.InRange(call.Caller.Stats.EstimatedSendBitsPerSecond!.Value, 50_000, 100_000);
    }

    [Fact]
    public void Without_the_extension_there_is_no_feedback_and_no_estimate()
    {
        using var call = new SpokenCall(9, offer => offer.Replace("transport-wide-cc", "x", StringComparison.Ordinal));
        call.Speak(200, bothWays: true);
        Assert.Null(call.Caller.Stats.EstimatedSendBitsPerSecond);
        Assert.Equal(0, call.Callee.MediaCounters[MediaCounter.TransportFeedbackSent]);
    }

    [Fact]
    public void Feedback_leaves_four_times_a_second_while_packets_come_and_not_otherwise()
    {
        using var call = new SpokenCall(10);
        call.Speak(500);
        Assert.InRange(call.Callee.MediaCounters[MediaCounter.TransportFeedbackSent], 35, 41);
        call.Pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        var sent = call.Callee.MediaCounters[MediaCounter.TransportFeedbackSent];
        call.Pair.Clock.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal(sent, call.Callee.MediaCounters[MediaCounter.TransportFeedbackSent]);
    }

    private static void Obey(SpokenCall call, int seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            // Bytes of Opus per packet that keep IP, UDP, RTP, its extensions and SRTP within the estimate; from 8 to 80.
            var budget = (call.Caller.Stats.EstimatedSendBitsPerSecond ?? 100_000) / 400 - 28 - 12 - 16 - 16;
            call.Speak(5, length: (int)Math.Clamp(budget, 8, 80));
        }
    }

    private static TimeSpan LastDelay(SpokenCall call)
    {
        var last = call.Pair.Callee.Of(PeerEventKind.AudioReceived).Last();
        return last.At - (call.Pair.Clock.Now - SpokenCall.Spacing * (call.Sent - call.Heard[^1]));
    }
}
