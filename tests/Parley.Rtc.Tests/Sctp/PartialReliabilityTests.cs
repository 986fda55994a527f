using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Messages that are given up (RFC 3758), and messages that overtake each other.</summary>
public sealed class PartialReliabilityTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);

    public static TheoryData<string, DataChannelOptions> Kinds => new()
    {
        { "never repeated", new DataChannelOptions { MaxRetransmits = 0 } },
        { "repeated once", new DataChannelOptions { MaxRetransmits = 1 } },
        { "for 200 ms", new DataChannelOptions { MaxPacketLifetime = TimeSpan.FromMilliseconds(200) } },
        { "never repeated, unordered", new DataChannelOptions { MaxRetransmits = 0, IsOrdered = false } },
        { "for 100 ms, unordered", new DataChannelOptions { MaxPacketLifetime = TimeSpan.FromMilliseconds(100), IsOrdered = false } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_30_percent_loss_some_are_given_up_none_comes_twice_and_all_that_is_sent_later_still_arrives(string kind, DataChannelOptions options)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var pair = new SctpPair(seed, new LinkConditions { Delay = Delay }).Connect();
            var channel = pair.Left.Open(options);
            pair.RunFor(1);
            pair.Conditions = new LinkConditions { Delay = Delay, Loss = 0.3 };
            for (var i = 0; i < 300; i++)
            {
                Assert.Equal(SendStatus.Queued, pair.Left.Send(channel, Message(i, i % 10 == 0 ? 3000 : 100)));
                pair.RunFor(0.02);
            }
            pair.Conditions = new LinkConditions { Delay = Delay };
            pair.RunFor(10);
            pair.Left.Send(channel, Message(300, 50));
            pair.RunUntil(() => pair.Right.Messages.Any(m => Number(m.Payload) == 300), 5, $"the last message ({kind}, seed {seed})");
            var numbers = pair.Right.Messages.ConvertAll(m => Number(m.Payload));
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            if (options.IsOrdered) Assert.Equal(numbers.Order(), numbers);
            var given = pair.Left.Association.Counters[SctpCounter.MessageAbandoned];
            Assert.InRange(given, 1, 250);
            // What is given up may have arrived all the same, its acknowledgement lost.
            Assert.InRange(numbers.Count, 301 - given, 301);
            Assert.All(pair.Right.Messages, m => Assert.Equal(Number(m.Payload) == 300 ? 50 : Number(m.Payload) % 10 == 0 ? 3000 : 100, m.Payload.Length));
            pair.RunUntil(() => pair.Left.Association.BufferedBytes == 0, 5, "nothing held back");
            Assert.Equal(SctpState.Established, pair.Left.Association.State);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bursts_of_loss_reordering_and_duplicates_neither_repeat_nor_mix_messages(string kind, DataChannelOptions options)
    {
        var pair = new SctpPair(7, new LinkConditions { Delay = Delay }).Connect();
        var channel = pair.Left.Open(options);
        pair.RunFor(1);
        pair.Conditions = new LinkConditions
        {
            Delay = Delay, Jitter = TimeSpan.FromMilliseconds(60), Reordering = 0.5, Duplication = 0.2, BurstStart = 0.05, BurstLength = 4,
        };
        for (var i = 0; i < 300; i++)
        {
            pair.Left.Send(channel, Message(i, 4 + i * 7));
            pair.RunFor(0.01);
        }
        pair.RunUntil(() => pair.Left.Association.BufferedBytes == 0, 60, $"given up or arrived ({kind})");
        var numbers = pair.Right.Messages.ConvertAll(m => Number(m.Payload));
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        if (options.IsOrdered) Assert.Equal(numbers.Order(), numbers);
        Assert.All(pair.Right.Messages, m => Assert.Equal(4 + Number(m.Payload) * 7, m.Payload.Length));
        Assert.InRange(numbers.Count, 50, 300);
    }

    [Fact]
    public void An_ordered_message_that_is_given_up_does_not_hold_up_those_behind_it()
    {
        var pair = new SctpPair(1, new LinkConditions { Delay = Delay }).Connect();
        var channel = pair.Left.Open(new DataChannelOptions { MaxRetransmits = 0 });
        pair.RunFor(1);
        var start = pair.Clock.Now;
        pair.Left.Filter = _ => false;
        pair.Left.Send(channel, [1]);
        pair.Left.Filter = _ => true;
        pair.Left.Send(channel, [2]);
        pair.RunUntil(() => pair.Right.Messages.Count == 1, 5, "the second message");
        Assert.Equal([2], pair.Right.Messages[0].Payload);
        // Sent, shown missing by the second, skipped: two round trips and a reordering window at most.
        Assert.InRange((pair.Clock.Now - start).TotalMilliseconds, 100, 200);
    }

    [Fact]
    public void A_message_that_expires_before_it_could_be_sent_is_never_sent()
    {
        var pair = new SctpPair(2, new LinkConditions { Delay = Delay, BitsPerSecond = 400_000 }).Connect();
        var channel = pair.Left.Open(new DataChannelOptions { MaxPacketLifetime = TimeSpan.FromMilliseconds(300) });
        pair.RunFor(1);
        var before = pair.ToRight.Sent;
        for (var i = 0; i < 100; i++) pair.Left.Send(channel, Message(i, 5000));
        pair.RunUntil(() => pair.Left.Association.BufferedBytes == 0, 30, "everything sent or given up");
        Assert.InRange(pair.Right.Messages.Count, 1, 20);
        Assert.InRange(pair.ToRight.Sent - before, 5, 200);
        pair.Left.Send(channel, [1, 2, 3, 4]);
        var count = pair.Right.Messages.Count;
        pair.RunUntil(() => pair.Right.Messages.Count == count + 1, 5, "a later message");
    }

    [Fact]
    public void An_unordered_message_overtakes_a_lost_one_and_both_arrive()
    {
        var pair = new SctpPair(1, new LinkConditions { Delay = Delay }).Connect();
        var channel = pair.Left.Open(new DataChannelOptions { IsOrdered = false });
        pair.RunFor(1);
        pair.Left.Filter = _ => false;
        pair.Left.Send(channel, [1]);
        pair.Left.Filter = _ => true;
        pair.Left.Send(channel, [2]);
        pair.RunFor(1);
        Assert.Equal([2, 1], pair.Right.Messages.Select(m => (int)m.Payload[0]));
    }

    [Fact]
    public void A_peer_without_FORWARD_TSN_gets_everything()
    {
        var peer = new ScriptedPeer(supportsReconfig: false);
        var limited = new DeliveryOptions(MaxRetransmits: 0);
        peer.Association.Send(0, 53, limited, [1], peer.Now);
        peer.Settle();
        peer.RunFor(5000);
        Assert.True(peer.Received.Count(p => Packets.FirstType(p) == Rtc.Sctp.Wire.ChunkType.Data) > 2);
        Assert.Equal(0, peer.Association.Counters[SctpCounter.MessageAbandoned]);
    }

    [Fact]
    public void Both_kinds_of_limit_at_once_are_a_callers_mistake()
    {
        var pair = new SctpPair().Connect();
        var both = new DataChannelOptions { MaxRetransmits = 1, MaxPacketLifetime = TimeSpan.FromSeconds(1) };
        Assert.Throws<ArgumentException>(() => pair.Left.Channels.TryOpen(both, pair.Clock.Now, out _));
    }

    private static byte[] Message(int number, int length)
    {
        var message = new byte[length];
        BitConverter.TryWriteBytes(message, number);
        return message;
    }

    private static int Number(byte[] message) => BitConverter.ToInt32(message);
}
