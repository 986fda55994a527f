using System.Net;
using Parley.Net.Sockets;

namespace Parley.Net.Tests;

public sealed class ThreadingTests
{
    public static TheoryData<bool> Ports => PortKinds.UsePlainSockets;

    [Theory, MemberData(nameof(Ports))]
    public async Task Posts_from_many_threads_all_arrive_each_threads_in_order(bool plain)
    {
        const int Threads = 4, Each = 2000;
        using var group = PortKinds.Bind(plain);
        var last = new int[Threads];
        var total = 0;
        var ordered = true;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Start(_ => new EchoHandler
        {
            OnPosted = work =>
            {
                var (thread, number) = ((int, int))work;
                ordered &= number == last[thread] + 1;
                last[thread] = number;
                if (++total == Threads * Each) done.SetResult();
            },
        });
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (var number = 1; number <= Each; number++)
                while (!group.Shards[0].TryPost((thread, number))) Thread.Yield();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        await done.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        threads.ForEach(thread => thread.Join());
        Assert.True(ordered);
    }

    [Theory, MemberData(nameof(Ports))]
    public async Task A_full_queue_refuses_and_counts(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        using var held = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Start(_ => new EchoHandler
        {
            OnPosted = work =>
            {
                if (work is "last") drained.SetResult();
                if (work is not "hold") return;
                held.Set();
                gate.Wait(PortKinds.Hang);
            },
        });
        var shard = group.Shards[0];
        Assert.True(shard.TryPost("hold"));
        Assert.True(held.Wait(PortKinds.Hang, TestContext.Current.CancellationToken));
        for (var i = 0; i < 15; i++) Assert.True(shard.TryPost("filler"));
        Assert.True(shard.TryPost("last"));
        Assert.False(shard.TryPost("too many"));
        Assert.Equal(1, shard.RefusedPosts);
        gate.Set();
        await drained.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
    }

    [Theory, MemberData(nameof(Ports))]
    public async Task A_datagram_handed_over_arrives_as_a_copy(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new EchoHandler { OnHandedOver = arrived.SetResult };
        group.Start(_ => handler);
        byte[] bytes = [1, 2, 3];
        Assert.True(group.Shards[0].TryHandOver(new Datagram(bytes, default)));
        bytes.AsSpan().Clear();
        await arrived.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], Assert.Single(handler.HandedOver));
    }

    [Theory, MemberData(nameof(Ports))]
    public async Task A_timer_is_never_early_and_an_absolute_schedule_does_not_drift(bool plain)
    {
        const int Ticks = 50;
        var period = TimeSpan.FromMilliseconds(2);
        using var group = PortKinds.Bind(plain);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = Instant.Never;
        var count = 0;
        var early = 0;
        EchoHandler handler = null!;
        handler = new EchoHandler
        {
            NextDeadline = new Deadline(new Instant(0), "test.first"),
            OnTimeout = now =>
            {
                if (now < handler.NextDeadline.At) early++;
                if (start.IsNever) start = now;
                // However late this tick is, the next is due a whole number of periods after the first.
                handler.NextDeadline = new Deadline(start + (period * ++count), "test.tick");
                if (count < Ticks) return;
                handler.NextDeadline = Deadline.None;
                done.SetResult();
            },
        };
        group.Start(_ => handler);
        await done.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        Assert.Equal(0, early);
    }

    [Fact]
    public void Shards_share_one_port_and_the_kernel_spreads_the_flows()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("SO_REUSEPORT is used on Linux only.");
        using var group = PortKinds.Bind(usePlainSockets: false, shards: 3);
        group.Start(_ => new EchoHandler());
        Assert.All(group.Shards, shard => Assert.Equal(group.LocalEndPoint, shard.LocalEndPoint));
        for (var flow = 0; flow < 32; flow++)
        {
            using var client = DatagramTests.Client(group.LocalEndPoint);
            client.Send([1]);
            Assert.Equal(1, client.Receive(new byte[16]));
        }
        group.Dispose();
        var received = group.Shards.Select(shard => shard.Counters[ShardCounter.DatagramsReceived]).ToList();
        Assert.Equal(32, received.Sum());
        Assert.True(received.Count(count => count > 0) > 1);
    }

    [Theory, MemberData(nameof(Ports))]
    public void A_stream_of_packets_is_taken_in_ticks_and_every_one_is_answered(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        group.Start(_ => new EchoHandler());
        var counters = group.Shards[0].Counters;
        using var client = DatagramTests.Client(group.LocalEndPoint);
        // However slow the machine is, 16 packets at a time are soon more than two in a millisecond.
        var began = TimeProvider.System.GetTimestamp();
        var sent = 0;
        while (counters[ShardCounter.Ticks] < 20)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < PortKinds.Hang, "The shard never found itself busy.");
            for (var i = 0; i < 16; i++) client.Send([1]);
            for (var i = 0; i < 16; i++) Assert.Equal(1, client.Receive(new byte[16]));
            sent += 16;
        }
        group.Dispose();
        Assert.Equal(sent, counters[ShardCounter.DatagramsSent]);
        Assert.True(counters[ShardCounter.ReceiveBatches] < sent);
    }

    [Fact]
    public async Task A_post_does_not_wait_for_a_busy_shard_s_tick()
    {
        // Control never waits behind media: a rest ends when somebody posts, on either port.
        foreach (var plain in new[] { false, true })
        {
            if (!plain && !OperatingSystem.IsLinux()) continue;
            using IDatagramPort port = plain
                ? new SocketPort(new IPEndPoint(IPAddress.Loopback, 0))
                : new MmsgPort(new IPEndPoint(IPAddress.Loopback, 0), isShared: false, dontFragment: false);
            var rest = Task.Run(() => port.Rest(TimeSpan.FromMinutes(30)), TestContext.Current.CancellationToken);
            port.Wake();
            await rest.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Posting_to_a_closed_shard_does_no_harm()
    {
        var group = PortKinds.Bind(usePlainSockets: false);
        group.Start(_ => new EchoHandler());
        group.Dispose();
        group.Shards[0].TryPost("late");
        Assert.Equal(0, group.Shards[0].KernelDrops);
        group.Dispose();
    }
}
