using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

public sealed class FlowControlTests
{
    [Fact]
    public void A_full_send_buffer_blocks_and_says_when_there_is_room_again()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        var message = new byte[256 * 1024];
        var queued = 0;
        while (pair.Left.Send(id, message) == SendStatus.Queued) queued++;
        Assert.Equal(SendStatus.Blocked, pair.Left.Send(id, message));
        Assert.InRange(pair.Left.Association.BufferedBytes, 1, SctpConfig.Default.SendBufferSize);
        pair.RunUntil(() => pair.Left.Count(DataChannelEventKind.Writable) == 1, 60, "become writable");
        Assert.Equal(SendStatus.Queued, pair.Left.Send(id, message));
        pair.RunUntil(() => pair.Right.Messages.Count == queued + 1, 60, "deliver");
    }

    [Fact]
    public void A_flood_of_tiny_messages_is_bounded_too()
    {
        var pair = new SctpPair();
        var id = pair.Left.Open();
        var queued = 0;
        while (pair.Left.Send(id, [1]) == SendStatus.Queued) queued++;
        Assert.InRange(queued, 1000, 10_000);
        pair.Connect();
        pair.RunUntil(() => pair.Right.Messages.Count == queued, 60, "deliver");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void A_receiver_that_does_not_read_stops_the_sender_within_its_buffer_and_goes_on_later(double loss)
    {
        var pair = new SctpPair(2, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = loss }).Connect();
        var id = pair.Left.Open();
        pair.RunUntil(() => pair.Right.Channels.IsOpen(id), 60, "open");
        pair.Right.IsReading = false;
        var sent = 0;
        // Far longer than the retransmission limit would bear if a closed window counted against it.
        for (var second = 0; second < 120; second++)
        {
            while (pair.Left.Send(id, Message(sent)) == SendStatus.Queued) sent++;
            pair.RunFor(1);
        }
        Assert.Equal(SctpState.Established, pair.Left.Association.State);
        Assert.Empty(pair.Right.Messages);
        Assert.InRange(sent * 10_000, 1024 * 1024, 2 * 1024 * 1024);
        var packets = pair.ToRight.Sent;
        pair.RunFor(30);
        Assert.InRange(pair.ToRight.Sent - packets, 5, 100);

        pair.Right.IsReading = true;
        pair.Right.Settle();
        pair.RunUntil(() => pair.Right.Messages.Count == sent, 120, "deliver the rest");
        Assert.Equal(Enumerable.Range(0, sent), pair.Right.Messages.Select(m => BitConverter.ToInt32(m.Payload)));
    }

    [Fact]
    public void The_receiver_announces_the_window_when_it_opens_without_waiting_for_a_probe()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.Right.IsReading = false;
        while (pair.Left.Send(id, new byte[10_000]) == SendStatus.Queued) { }
        pair.RunFor(60);
        pair.Right.IsReading = true;
        var packets = pair.ToLeft.Sent;
        pair.Right.Settle();
        Assert.True(pair.ToLeft.Sent > packets);
    }

    [Fact]
    public void A_message_longer_than_the_peer_accepts_is_refused_here()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        Assert.Equal(SendStatus.TooLarge, pair.Left.Send(id, new byte[256 * 1024 + 1]));
        pair.Left.Association.MaxOutboundMessageSize = 1000;
        Assert.Equal(SendStatus.TooLarge, pair.Left.Send(id, new byte[1001]));
        Assert.Equal(SendStatus.Queued, pair.Left.Send(id, new byte[1000]));
    }

    [Fact]
    public void A_message_longer_than_announced_ends_the_association()
    {
        var pair = new SctpPair(left: new SctpConfig { MaxMessageSize = 300 * 1024 }).Connect();
        var id = pair.Left.Open();
        pair.Left.Send(id, new byte[256 * 1024 + 1]);
        pair.RunUntil(() => pair.Right.Association.CloseReason != SctpCloseReason.None, 30, "refuse");
        Assert.Equal(SctpCloseReason.MessageTooLarge, pair.Right.Association.CloseReason);
        pair.RunFor(1);
        Assert.Equal(SctpCloseReason.RemoteAbort, pair.Left.Association.CloseReason);
    }

    [Fact]
    public void A_slow_bottleneck_is_filled_without_time_outs()
    {
        var conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(30), BitsPerSecond = 2_000_000 };
        var pair = new SctpPair(4, conditions).Connect();
        var id = pair.Left.Open();
        var start = pair.Clock.Now;
        for (var i = 0; i < 4; i++) pair.Left.Send(id, new byte[250_000]);
        pair.RunUntil(() => pair.Right.Messages.Count == 4, 60, "transfer");
        var rate = 1_000_000 * 8 / (pair.Clock.Now - start).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{rate / 1e6:0.00} of 2 Mbit/s");
        Assert.InRange(rate, 1_500_000, 2_000_000);
        Assert.Equal(0, pair.Left.Association.Counters[SctpCounter.RetransmissionTimeout]);
    }

    private static byte[] Message(int index)
    {
        var message = new byte[10_000];
        BitConverter.TryWriteBytes(message, index);
        return message;
    }
}
