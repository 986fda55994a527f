using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

public sealed class OutageTests
{
    private static readonly LinkConditions Cut = new() { IsCut = true };
    private static readonly LinkConditions Open = new() { Delay = TimeSpan.FromMilliseconds(20) };

    [Theory]
    [InlineData(true, false, 5)]
    [InlineData(false, true, 5)]
    [InlineData(true, true, 10)]
    public void Messages_survive_a_cut_of_several_seconds_and_arrive_soon_after_it(bool cutsRight, bool cutsLeft, double seconds)
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.Left.Send(id, new byte[100_000]);
        pair.RunFor(0.05);
        if (cutsRight) pair.ToRight.Conditions = Cut;
        if (cutsLeft) pair.ToLeft.Conditions = Cut;
        pair.RunFor(seconds / 2);
        for (byte i = 0; i < 20; i++) pair.Left.Send(id, [i]);
        pair.Right.Send(id, [42]);
        pair.RunFor(seconds / 2);
        pair.Conditions = Open;
        pair.RunUntil(() => pair.Right.Messages.Count == 21 && pair.Left.Messages.Count == 1, 6, "recover");
        Assert.Equal(Enumerable.Range(0, 20), pair.Right.Messages.Skip(1).Select(m => (int)m.Payload[0]));
    }

    [Fact]
    public void A_peer_that_ended_is_given_up_with_a_reason_after_about_half_a_minute()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.ToRight.Conditions = Cut;
        var cut = pair.Clock.Now;
        pair.Left.Send(id, [1]);
        pair.RunUntil(() => pair.Left.Association.CloseReason != SctpCloseReason.None, 60, "give up");
        Assert.Equal(SctpCloseReason.RetransmissionLimit, pair.Left.Association.CloseReason);
        Assert.InRange((pair.Clock.Now - cut).TotalSeconds, 20, 40);
        Assert.Equal(Deadline.None, pair.Left.Association.NextDeadline);
        Assert.Equal(SendStatus.NotOpen, pair.Left.Send(id, [1]));
        Assert.Equal(DataChannelEventKind.ChannelClosed, pair.Left.Events[^2].Kind);
        Assert.Equal(DataChannelEventKind.Closed, pair.Left.Events[^1].Kind);
    }

    [Fact]
    public void An_idle_peer_that_ended_is_noticed_by_heartbeats()
    {
        var pair = new SctpPair().Connect();
        pair.RunFor(100);
        Assert.Equal(SctpState.Established, pair.Left.Association.State);
        pair.Conditions = Cut;
        var cut = pair.Clock.Now;
        pair.RunUntil(() => pair.Left.Association.CloseReason != SctpCloseReason.None, 120, "give up");
        Assert.Equal(SctpCloseReason.RetransmissionLimit, pair.Left.Association.CloseReason);
        Assert.InRange((pair.Clock.Now - cut).TotalSeconds, 20, 75);
    }

    [Fact]
    public void Heartbeats_measure_the_round_trip_of_an_idle_path()
    {
        var pair = new SctpPair().Connect();
        pair.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(100) };
        pair.RunFor(600);
        Assert.InRange(pair.Left.Association.RoundTripTime.TotalMilliseconds, 150, 201);
        Assert.InRange(pair.ToRight.Sent, 20, 60);
    }
}
