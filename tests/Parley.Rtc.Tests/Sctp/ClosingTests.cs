using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

public sealed class ClosingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Shutdown_delivers_what_is_queued_and_then_ends_both_sides(double loss)
    {
        var pair = new SctpPair(6, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = loss }).Connect();
        var id = pair.Left.Open();
        pair.Left.Send(id, new byte[30_000]);
        pair.Left.Do(now => pair.Left.Association.Shutdown(now));
        Assert.Equal(SendStatus.NotOpen, pair.Left.Send(id, [1]));
        pair.RunUntil(
            () => pair.Left.Association.CloseReason != SctpCloseReason.None && pair.Right.Association.CloseReason != SctpCloseReason.None,
            60, "shut down");
        Assert.Equal(30_000, Assert.Single(pair.Right.Messages).Payload.Length);
        Assert.Equal(SctpCloseReason.LocalShutdown, pair.Left.Association.CloseReason);
        if (loss == 0) Assert.Equal(SctpCloseReason.RemoteShutdown, pair.Right.Association.CloseReason);
        Assert.Equal(Deadline.None, pair.Left.Association.NextDeadline);
        Assert.Equal(Deadline.None, pair.Right.Association.NextDeadline);
    }

    [Fact]
    public void The_side_that_is_asked_delivers_its_own_first()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.Right.Send(id, new byte[100_000]);
        pair.Left.Do(now => pair.Left.Association.Shutdown(now));
        pair.RunFor(5);
        Assert.Equal(100_000, Assert.Single(pair.Left.Messages).Payload.Length);
        Assert.Equal(SctpCloseReason.LocalShutdown, pair.Left.Association.CloseReason);
        Assert.Equal(SctpCloseReason.RemoteShutdown, pair.Right.Association.CloseReason);
    }

    [Fact]
    public void Both_may_ask_at_once()
    {
        var pair = new SctpPair().Connect();
        pair.Left.Do(now => pair.Left.Association.Shutdown(now));
        pair.Right.Do(now => pair.Right.Association.Shutdown(now));
        pair.RunFor(2);
        Assert.Equal(SctpCloseReason.LocalShutdown, pair.Left.Association.CloseReason);
        Assert.Equal(SctpCloseReason.LocalShutdown, pair.Right.Association.CloseReason);
    }

    [Fact]
    public void A_shutdown_that_nobody_answers_has_a_hard_end()
    {
        var pair = new SctpPair().Connect();
        pair.Conditions = new LinkConditions { IsCut = true };
        pair.Left.Do(now => pair.Left.Association.Shutdown(now));
        pair.RunFor(SctpConfig.Default.ShutdownTimeout.TotalSeconds + 0.001);
        Assert.Equal(SctpCloseReason.ShutdownTimeout, pair.Left.Association.CloseReason);
        Assert.Equal(Deadline.None, pair.Left.Association.NextDeadline);
    }

    [Fact]
    public void Abort_ends_at_once_and_tells_the_peer()
    {
        var pair = new SctpPair().Connect();
        pair.Left.Do(now => pair.Left.Association.Abort(now));
        Assert.Equal(SctpCloseReason.LocalAbort, pair.Left.Association.CloseReason);
        pair.RunFor(1);
        Assert.Equal(SctpCloseReason.RemoteAbort, pair.Right.Association.CloseReason);
        Assert.Equal(1, pair.Right.Count(DataChannelEventKind.Closed));
    }

    [Fact]
    public void Messages_that_arrived_before_the_end_can_still_be_read()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.Right.IsReading = false;
        pair.Left.Send(id, [1, 2, 3]);
        pair.RunFor(1);
        pair.Left.Do(now => pair.Left.Association.Abort(now));
        pair.RunFor(1);
        pair.Right.IsReading = true;
        pair.Right.Settle();
        Assert.Equal([1, 2, 3], Assert.Single(pair.Right.Messages).Payload);
        Assert.Equal(DataChannelEventKind.Closed, pair.Right.Events[^1].Kind);
    }
}
