using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>The core requirement: messages of every size arrive whole, once and in order, whatever the network does.</summary>
public sealed class TransferTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);

    public static TheoryData<string, LinkConditions> Networks => new()
    {
        { "no delay at all", LinkConditions.Perfect },
        { "delay", new LinkConditions { Delay = Delay } },
        { "10 % loss", new LinkConditions { Delay = Delay, Loss = 0.1 } },
        { "30 % loss", new LinkConditions { Delay = Delay, Loss = 0.3 } },
        { "bursts of loss", new LinkConditions { Delay = Delay, BurstStart = 0.02, BurstLength = 5 } },
        { "reordering", new LinkConditions { Delay = Delay, Jitter = TimeSpan.FromMilliseconds(60), Reordering = 0.5 } },
        { "duplication", new LinkConditions { Delay = Delay, Duplication = 0.3 } },
        { "jitter", new LinkConditions { Delay = Delay, Jitter = TimeSpan.FromMilliseconds(100) } },
        { "1 Mbit/s", new LinkConditions { Delay = Delay, BitsPerSecond = 1_000_000 } },
        {
            "everything at once",
            new LinkConditions
            {
                Delay = Delay, Jitter = TimeSpan.FromMilliseconds(60), Loss = 0.05, BurstStart = 0.005, BurstLength = 4,
                Reordering = 0.2, Duplication = 0.05, BitsPerSecond = 2_000_000,
            }
        },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Messages_up_to_256_KiB_arrive_exact_and_in_order_in_both_directions(string network, LinkConditions conditions)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var pair = new SctpPair(seed, conditions).Connect(withinSeconds: 60);
            var channel = pair.Left.Open();
            pair.RunUntil(() => pair.Right.Channels.IsOpen(channel), 60, $"open over {network}");
            var random = new SeededRandom(seed);
            int[] sizes = [1, 256 * 1024, 0, 1120, 1121, 17, 65_536, 3, 100_000];
            var fromLeft = sizes.Select(size => Bytes(random, size)).ToList();
            var fromRight = sizes.Reverse().Select(size => Bytes(random, size)).ToList();
            foreach (var message in fromLeft) Assert.Equal(SendStatus.Queued, pair.Left.Send(channel, message));
            foreach (var message in fromRight) Assert.Equal(SendStatus.Queued, pair.Right.Send(channel, message));
            pair.RunUntil(
                () => pair.Left.Messages.Count == sizes.Length && pair.Right.Messages.Count == sizes.Length, 900, $"transfer over {network}");
            Assert.Equal(fromLeft, pair.Right.Messages.Select(m => m.Payload));
            Assert.Equal(fromRight, pair.Left.Messages.Select(m => m.Payload));
            Assert.InRange(pair.Left.LargestPacket, 1, SctpConfig.Default.MaxPacketSize);
            pair.RunUntil(() => pair.Left.Association.BufferedBytes == 0 && pair.Right.Association.BufferedBytes == 0, 60, "acknowledge all");
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{network}, seed {seed}: {pair.Clock.Now.TotalMilliseconds / 1000:0.0} s, {pair.ToRight.Sent} packets to the right, "
                + string.Join(", ", pair.Left.Association.Counters.NonZero().Select(c => $"{c.Key} {c.Value}")));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Small_messages_at_conversation_pace_arrive_in_order(double loss)
    {
        var pair = new SctpPair(7, new LinkConditions { Delay = Delay, Loss = loss }).Connect();
        var channel = pair.Left.Open();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(SendStatus.Queued, pair.Left.Send(channel, BitConverter.GetBytes(i), isBinary: false));
            pair.RunFor(0.02);
        }
        pair.RunUntil(() => pair.Right.Messages.Count == 500, 60, "all small messages");
        Assert.Equal(Enumerable.Range(0, 500), pair.Right.Messages.Select(m => BitConverter.ToInt32(m.Payload)));
        Assert.All(pair.Right.Messages, m => Assert.False(m.IsBinary));
    }

    [Fact]
    public void The_same_seed_gives_the_same_transfer()
    {
        Assert.Equal(Run(), Run());

        static (double, long, long) Run()
        {
            var pair = new SctpPair(5, new LinkConditions { Delay = Delay, Loss = 0.1, Jitter = Delay }).Connect();
            var channel = pair.Left.Open();
            pair.Left.Send(channel, new byte[200_000]);
            pair.RunUntil(() => pair.Right.Messages.Count == 1, 300, "transfer");
            return (pair.Clock.Now.TotalMilliseconds, pair.ToRight.Sent, pair.ToLeft.Sent);
        }
    }

    private static byte[] Bytes(SeededRandom random, int size)
    {
        var bytes = new byte[size];
        random.Fill(bytes);
        return bytes;
    }
}
