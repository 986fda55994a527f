using System.Buffers.Binary;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

public sealed class HostilePeerTests
{
    /// <summary>More than every buffer between the two ends takes.</summary>
    private const int ManyFrames = 20_000;

    [Fact]
    public async Task A_slow_reader_gets_whole_frames_only_and_others_are_served_meanwhile()
    {
        using var group = new StreamGroup();
        using var slow = group.Connect(receiveBuffer: 4096);
        using var other = group.Connect();
        slow.Ask("k"u8);
        other.Ask("k"u8);
        // It does not read.
        var burst = new StreamHandler.Burst(slow.Address, ManyFrames, length: 200);
        group.Shard.TryPost(burst);
        await burst.Done.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        Assert.True(group[TcpCounter.BacklogFull] > ManyFrames / 2);
        Assert.Equal([0, 5], other.Ask([5, 6]));
        // It reads again: each frame is whole, they are in order, and those that were dropped are missing as a whole.
        var sent = ManyFrames - group[TcpCounter.BacklogFull];
        var last = int.MaxValue;
        for (var i = 0; i < sent; i++)
        {
            var frame = slow.Receive()!;
            Assert.Equal(200, frame.Length);
            var number = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(1));
            Assert.True(number < last);
            Assert.False(frame.AsSpan(5).ContainsAnyExcept((byte)0x80));
            last = number;
        }
        Assert.Equal([0, 1], slow.Ask([1, 2]));
        Assert.True(group[TcpCounter.FramesDelayed] > 0);
        Assert.Equal(2, group.ConnectionCount);
    }

    [Fact]
    public async Task A_check_finds_room_where_media_is_dropped()
    {
        using var group = new StreamGroup();
        using var slow = group.Connect(receiveBuffer: 4096);
        slow.Ask("k"u8);
        var media = new StreamHandler.Burst(slow.Address, ManyFrames, length: 200);
        group.Shard.TryPost(media);
        await media.Done.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        var dropped = group[TcpCounter.BacklogFull];
        var check = new StreamHandler.Burst(slow.Address, count: 1, length: 100, firstByte: 1);
        group.Shard.TryPost(check);
        await check.Done.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        Assert.Equal(dropped, group[TcpCounter.BacklogFull]);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_closed_and_others_stay()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { StuckTime = TimeSpan.FromMilliseconds(100), SweepPeriod = TimeSpan.FromMilliseconds(20) });
        using var stuck = group.Connect(receiveBuffer: 4096);
        using var other = group.Connect();
        stuck.Ask("k"u8);
        other.Ask("k"u8);
        group.Shard.TryPost(new StreamHandler.Burst(stuck.Address, ManyFrames, length: 200));
        await group.UntilAsync(TcpCounter.ClosedStuck, 1);
        Assert.Equal([0, 5], other.Ask([5, 6]));
        Assert.Equal(1, group.ConnectionCount);
    }

    [Fact]
    public async Task Whoever_says_nothing_that_a_call_wants_is_closed_and_whoever_does_stays()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { UnprovenTime = TimeSpan.FromMilliseconds(100), SweepPeriod = TimeSpan.FromMilliseconds(20) });
        using var kept = group.Connect();
        kept.Ask("k"u8);
        using var silent = group.Connect();
        using var stranger = group.Connect();
        stranger.Ask("who"u8);
        await group.UntilAsync(TcpCounter.ClosedUnproven, 2);
        Assert.Null(silent.Receive());
        Assert.Null(stranger.Receive());
        Assert.Equal([0, 5], kept.Ask([5, 6]));
    }

    [Fact]
    public async Task A_connection_that_nobody_uses_is_closed()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { IdleTime = TimeSpan.FromMilliseconds(100), SweepPeriod = TimeSpan.FromMilliseconds(20) });
        using var client = group.Connect();
        client.Ask("k"u8);
        await group.UntilAsync(TcpCounter.ClosedIdle, 1);
        Assert.Null(client.Receive());
    }

    [Fact]
    public void Whoever_talks_much_without_being_wanted_is_closed()
    {
        using var group = new StreamGroup();
        using var client = group.Connect();
        var answers = 0;
        try
        {
            while (client.Ask("who"u8) is not null) answers++;
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The reset came while it was sending.
        }
        Assert.InRange(answers, 1, 32);
        Assert.Equal(1, group[TcpCounter.ClosedChattering]);
    }

    [Fact]
    public async Task A_flood_of_connections_evicts_its_oldest_and_leaves_calls_alone()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { MaxUnproven = 8 });
        using var kept = group.Connect();
        kept.Ask("k"u8);
        var flood = Enumerable.Range(0, 50).Select(_ => group.Connect()).ToList();
        await group.UntilAsync(TcpCounter.ClosedEvicted, 42);
        Assert.Equal([0, 5], kept.Ask([5, 6]));
        Assert.Equal(9, group.ConnectionCount);
        // The newest is still served.
        Assert.Equal([0, (byte)'w'], flood[^1].Ask("wh"u8));
        Assert.Null(flood[0].Receive());
        flood.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task All_places_taken_by_calls_refuse_one_more()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { MaxConnections = 3 });
        var kept = Enumerable.Range(0, 3).Select(_ => group.Connect()).ToList();
        kept.ForEach(client => client.Ask("k"u8));
        using var late = group.Connect();
        Assert.Null(late.Receive());
        Assert.Equal(1, group[TcpCounter.RefusedTooMany]);
        // A place that is given back is used.
        kept[0].Dispose();
        await group.UntilAsync(TcpCounter.ClosedByPeer, 1);
        using var next = group.Connect();
        Assert.Equal([0], next.Ask("k"u8));
        kept.ForEach(client => client.Dispose());
    }

    [Fact]
    public void One_source_gets_only_so_many()
    {
        using var group = new StreamGroup(StreamGroup.Patient with { MaxPerSource = 3 });
        var first = Enumerable.Range(0, 3).Select(_ => group.Connect()).ToList();
        first.ForEach(client => client.Ask("k"u8));
        using var late = group.Connect();
        Assert.Null(late.Receive());
        Assert.Equal(1, group[TcpCounter.RefusedSource]);
        Assert.Equal(0, group[TcpCounter.ClosedEvicted]);
        first.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        using var group = new StreamGroup();
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            using var client = group.Connect();
            var bytes = new byte[random.Next(1, 5000)];
            random.NextBytes(bytes);
            // Often enough a length that is believed.
            if (i % 2 == 0) bytes[0] = (byte)random.Next(0, 3);
            client.Socket.Send(bytes);
        }
        using var good = group.Connect();
        Assert.Equal([0, (byte)'k'], good.Ask("k1"u8));
    }
}
