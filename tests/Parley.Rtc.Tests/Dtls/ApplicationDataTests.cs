using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

[Collection(AllocationTestCollection.Name)]
public sealed class ApplicationDataTests
{
    [Fact]
    public void Messages_keep_their_boundaries_both_ways_up_to_the_longest()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var random = new SeededRandom(3);
        foreach (var (from, to) in new[] { (pair.Client, pair.Server), (pair.Server, pair.Client) })
        {
            var messages = new[] { 1, 2, 500, DtlsEndpoint.MaxApplicationDataLength }.Select(n => Fill(random, n)).ToList();
            foreach (var message in messages) Assert.True(from.TrySend(message));
            pair.Pump();
            pair.Clock.RunFor(TimeSpan.FromSeconds(1));
            Assert.Equal(messages, Receive(to));
        }
    }

    [Fact]
    public void Too_long_too_many_or_too_early_is_refused()
    {
        using var pair = new DtlsPair();
        Assert.False(pair.Client.TrySend([1]));
        pair.Connect();
        Assert.False(pair.Client.TrySend(new byte[DtlsEndpoint.MaxApplicationDataLength + 1]));
        Assert.False(pair.Client.TrySend([]));
        var sent = 0;
        while (pair.Client.TrySend([2])) sent++;
        Assert.Equal(64, sent);
        pair.Pump();
        Assert.True(pair.Client.TrySend([3]));
    }

    [Fact]
    public void A_receiver_that_takes_nothing_loses_the_newest_and_counts_them()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        for (var i = 0; i < 70; i++)
        {
            Assert.True(pair.Client.TrySend([(byte)i]));
            pair.Pump();
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(6, pair.Server.Counters[DtlsCounter.ReceiveQueueFull]);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => new[] { (byte)i }), Receive(pair.Server));
        Assert.Equal(DtlsState.Connected, pair.Server.State);
    }

    [Fact]
    public void Duplicates_are_delivered_once_and_losses_not_at_all()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.ToServer = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), Duplication = 1 };
        for (var i = 0; i < 20; i++)
        {
            Assert.True(pair.Client.TrySend([(byte)i]));
            pair.Pump();
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(20, Receive(pair.Server).Count);
        Assert.Equal(20, pair.Server.Counters[DtlsCounter.WithoutEffect]);
    }

    [Fact]
    public void Closing_tells_the_peer_which_closes_too()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        Assert.True(pair.Client.TrySend([42]));
        pair.Client.Close(pair.Clock.Now);
        Assert.Equal(DtlsState.Closed, pair.Client.State);
        pair.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(DtlsState.Closed, pair.Server.State);
        Assert.Equal(DtlsFailure.None, pair.Server.FailureReason);
        Assert.Equal([42], Assert.Single(Receive(pair.Server)));
        Assert.False(pair.Server.TrySend([1]));
        Assert.True(pair.Client.Counters[DtlsCounter.AfterEnd] > 0); // the answering close_notify
    }

    [Fact]
    public void Sending_and_receiving_allocate_nothing()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var message = new byte[1000];
        var buffer = new byte[1500];
        var received = 0;
        Exchange(200);
        var allocated = AllocationMeter.Start();
        Exchange(1000);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(1200, received);

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                pair.Client.TrySend(message);
                while (pair.Client.TryPollTransmit(buffer, out var length)) pair.Server.HandleDatagram(buffer.AsSpan(0, length), default);
                while (pair.Server.TryReceive(buffer, out _)) received++;
            }
        }
    }

    private static byte[] Fill(SeededRandom random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    private static List<byte[]> Receive(DtlsEndpoint endpoint)
    {
        var messages = new List<byte[]>();
        var buffer = new byte[1500];
        while (endpoint.TryReceive(buffer, out var length)) messages.Add(buffer[..length]);
        return messages;
    }
}
