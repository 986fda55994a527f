using System.Net;
using System.Net.Sockets;

namespace Parley.Net.Tests;

public sealed class DatagramTests
{
    public static TheoryData<bool> Ports => PortKinds.UsePlainSockets;

    [Theory, MemberData(nameof(Ports))]
    public void A_datagram_goes_in_and_the_answer_comes_out(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        group.Start(_ => new EchoHandler());
        using var client = Client(group.LocalEndPoint);
        client.Send([1, 2, 3]);
        var answer = new byte[16];
        Assert.Equal(3, client.Receive(answer));
        Assert.Equal([1, 2, 3], answer[..3]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void IPv6_and_mapped_IPv4_go_through_one_socket(bool plain)
    {
        if (!Socket.OSSupportsIPv6) Assert.Skip("There is no IPv6 here.");
        using var six = PortKinds.Bind(plain, address: IPAddress.IPv6Loopback);
        six.Start(_ => new EchoHandler());
        Echo(six.LocalEndPoint);

        using var mapped = PortKinds.Bind(plain, address: IPAddress.Loopback.MapToIPv6());
        mapped.Start(_ => new EchoHandler());
        Echo(new IPEndPoint(IPAddress.Loopback, mapped.LocalEndPoint.Port));

        static void Echo(IPEndPoint server)
        {
            using var client = Client(server);
            client.Send([42]);
            Assert.Equal(1, client.Receive(new byte[16]));
        }
    }

    [Theory, MemberData(nameof(Ports))]
    public void Two_hundred_datagrams_come_back_whole_and_in_order(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        var shard = group.Shards[0];
        using var gate = new ManualResetEventSlim();
        // The shard is held in a post until all have arrived, so that they come in full batches.
        var anticipated = new List<TransportAddress[]>();
        var handler = new EchoHandler { OnPosted = _ => gate.Wait(PortKinds.Hang), OnAnticipated = anticipated.Add };
        group.Start(_ => handler);
        shard.TryPost("hold");
        using var client = Client(group.LocalEndPoint);
        for (var i = 0; i < 200; i++) client.Send(BitConverter.GetBytes(i));
        gate.Set();
        var answer = new byte[16];
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(4, client.Receive(answer));
            Assert.Equal(i, BitConverter.ToInt32(answer));
        }
        group.Dispose();
        Assert.Equal(200, shard.Counters[ShardCounter.DatagramsReceived]);
        Assert.Equal(200, shard.Counters[ShardCounter.DatagramsSent]);
        Assert.Equal(800, shard.Counters[ShardCounter.BytesReceived]);
        Assert.Equal(800, shard.Counters[ShardCounter.BytesSent]);
        if (!plain) Assert.InRange(shard.Counters[ShardCounter.ReceiveBatches], 4, 6);
        // Each was announced with others, but for what may have come in twos at the end.
        var source = TransportAddress.From((IPEndPoint)client.LocalEndPoint!);
        Assert.All(anticipated.SelectMany(sources => sources), each => Assert.Equal(source, each));
        if (!plain) Assert.InRange(anticipated.Sum(sources => sources.Length), 190, 200);
        Assert.All(anticipated, sources => Assert.InRange(sources.Length, 3, 32));
    }

    [Theory, MemberData(nameof(Ports))]
    public void Datagrams_that_are_too_long_or_empty_are_counted_and_dropped(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        group.Start(_ => new EchoHandler());
        using var client = Client(group.LocalEndPoint);
        client.Send(new byte[Shard.MaxDatagramSize + 1]);
        client.Send(new byte[4000]);
        client.Send(ReadOnlySpan<byte>.Empty);
        client.Send(new byte[Shard.MaxDatagramSize]);
        Assert.Equal(Shard.MaxDatagramSize, client.Receive(new byte[2000]));
        Assert.Equal(3, group.Shards[0].Counters[ShardCounter.ReceivedTooLong]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void A_destination_that_cannot_be_reached_costs_only_its_own_datagram(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        using var client = Client(group.LocalEndPoint);
        var to = TransportAddress.From((IPEndPoint)client.LocalEndPoint!);
        // An IPv4 socket cannot send to IPv6.
        var handler = new ScriptedSender([TransportAddress.From(IPAddress.IPv6Loopback, 9), to]);
        group.Start(_ => handler);
        group.Shards[0].TryPost("go");
        Assert.Equal(1, client.Receive(new byte[16]));
        var counters = group.Shards[0].Counters;
        Assert.Equal(1, counters[ShardCounter.SendUnreachable] + counters[ShardCounter.SendRefused]);
    }

    [Theory, MemberData(nameof(Ports))]
    public async Task A_fault_in_a_handler_is_reported_and_the_shard_goes_on(bool plain)
    {
        using var group = PortKinds.Bind(plain);
        var fault = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Start(_ => new EchoHandler
        {
            OnPosted = _ => throw new InvalidOperationException("broken machine"),
            OnFault = fault.SetResult,
        });
        group.Shards[0].TryPost("go");
        await fault.Task.WaitAsync(PortKinds.Hang, TestContext.Current.CancellationToken);
        using var client = Client(group.LocalEndPoint);
        client.Send([1]);
        Assert.Equal(1, client.Receive(new byte[16]));
        Assert.Equal(1, group.Shards[0].Counters[ShardCounter.HandlerFaults]);
    }

    [Fact]
    public void A_port_that_another_socket_has_is_refused_even_when_shards_share_theirs()
    {
        using var first = PortKinds.Bind(usePlainSockets: !OperatingSystem.IsLinux(), shards: 2);
        var config = new ShardGroupConfig { Local = first.LocalEndPoint, ShardCount = 2 };
        var taken = Assert.Throws<SocketException>(() => ShardGroup.Bind(config, new MonotonicClock(TimeProvider.System)));
        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
    }

    internal static Socket Client(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = (int)PortKinds.Hang.TotalMilliseconds,
            ReceiveBufferSize = 1 << 20,
        };
        socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        socket.Connect(server);
        return socket;
    }

    /// <summary>When posted to, sends one byte to each destination.</summary>
    private sealed class ScriptedSender(TransportAddress[] destinations) : IShardHandler
    {
        private int _next = destinations.Length;

        public Deadline NextDeadline => Deadline.None;

        public void HandleDatagram(in Datagram datagram, Instant now)
        {
        }

        public void HandleHandedOver(in Datagram datagram, Instant now)
        {
        }

        public void HandlePosted(object work, Instant now) => _next = 0;

        public void HandleTimeout(Instant now)
        {
        }

        public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
        {
            transmit = default;
            if (_next == destinations.Length) return false;
            buffer[0] = 7;
            transmit = new Transmit(1, destinations[_next++]);
            return true;
        }

        public void HandleFault(Exception exception)
        {
        }
    }
}
