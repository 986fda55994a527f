using System.Net;
using System.Net.Sockets;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Net.Tests.Inner;

/// <summary>A node whose clients come by way of relays: real sockets of the loopback interface, on which the test is the relays.</summary>
public sealed class RelayedPortTests
{
    private static readonly TransportAddress Near = TransportAddress.FromIPv4(0xC0000201, 40_000);
    private static readonly TransportAddress OverTcp = TransportAddress.FromIPv4(0xC0000202, 40_001) with { Protocol = TransportProtocol.Tcp };
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0xC0000203, 40_003);
    private static readonly TransportAddress Six = new((UInt128)0x20010DB8 << 96 | 7, 40_002);

    public static TheoryData<bool> Ports => PortKinds.UsePlainSockets;

    [Theory, MemberData(nameof(Ports))]
    public void Packets_of_many_clients_come_in_one_datagram_and_their_answers_leave_in_one(bool plain)
    {
        using var group = Bind(plain);
        group.Start(_ => new EchoHandler());
        using var relay = new Relay(group.LocalEndPoint, ingress: 9);
        relay.Send((Near, [1, 2, 3]), (OverTcp, [4]), (Six, [5, 6]), (Near, [7]));
        Assert.Equal([(Near, "010203"), (OverTcp, "04"), (Six, "0506"), (Near, "07")], relay.Receive());
        Stop(group);
        Assert.Equal(4, group.Shards[0].Counters[ShardCounter.DatagramsReceived]);
        Assert.Equal(1, group.Shards[0].Counters[ShardCounter.DatagramsSent]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void What_does_not_fit_into_one_datagram_goes_into_the_next_in_the_same_order(bool plain)
    {
        using var group = Bind(plain);
        group.Start(_ => new EchoHandler());
        using var relay = new Relay(group.LocalEndPoint, ingress: 1);
        var packets = Enumerable.Range(0, 12).Select(i => (Near, Enumerable.Repeat((byte)i, 900 + i).ToArray())).ToArray();
        foreach (var packet in packets) relay.Send(packet);
        var answers = new List<(TransportAddress Client, string Payload)>();
        while (answers.Count < packets.Length) answers.AddRange(relay.Receive());
        Assert.Equal(packets.Select(packet => (packet.Near, Convert.ToHexString(packet.Item2))), answers);
    }

    [Theory, MemberData(nameof(Ports))]
    public void A_client_that_comes_by_another_relay_is_answered_by_that_one(bool plain)
    {
        using var group = Bind(plain);
        group.Start(_ => new EchoHandler());
        using var first = new Relay(group.LocalEndPoint, ingress: 1);
        using var second = new Relay(group.LocalEndPoint, ingress: 2);
        first.Send((Near, [1]), (Six, [2]));
        Assert.Equal(2, first.Receive().Count);
        second.Send((Near, [3]));
        Assert.Equal([(Near, "03")], second.Receive());
        // The others stay where they are.
        first.Send((Six, [4]));
        Assert.Equal([(Six, "04")], first.Receive());
    }

    [Fact]
    public void A_client_whose_packets_reach_one_shard_is_answered_by_another()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The portable port has one shard.");
        using var group = Bind(plain: false, shards: 4);
        using var sent = new ManualResetEventSlim();
        group.Start(_ => new Announcer(Near, sent));
        using var relay = new Relay(group.LocalEndPoint, ingress: 1);
        relay.Send((Near, [1]));
        Assert.Equal([(Near, "01")], relay.Receive());
        // Whichever it was that heard the client: all know the way to it.
        foreach (var shard in group.Shards)
        {
            shard.TryPost("go");
            Assert.Equal([(Near, "01")], relay.Receive());
        }
    }

    [Theory, MemberData(nameof(Ports))]
    public void A_relay_that_asks_is_told_the_clients_of_calls_that_came_by_way_of_it(bool plain)
    {
        var keys = Ring(1);
        using var group = Bind(plain, keys);
        group.Start(shard => new Keeper(shard));
        using var relay = new Relay(group.LocalEndPoint, ingress: 1, keys);
        using var second = new Relay(group.LocalEndPoint, ingress: 1, keys);
        relay.Send((Near, [Keeper.Keep]), (OverTcp, [Keeper.Keep]), (Stranger, [1]));
        Assert.Equal(2, relay.Receive().Count);
        second.Send((Six, [Keeper.Keep]));
        second.Receive();
        relay.AskForFlows();
        second.AskForFlows();
        Assert.Equal([Near], relay.ReceiveNames());
        Assert.Equal([Six], second.ReceiveNames());
        Stop(group);
        // A question is no client's packet.
        Assert.Equal(4, group.Shards[0].Counters[ShardCounter.DatagramsReceived]);
        Assert.Equal(2, group.Shards[0].Counters[ShardCounter.FlowQuestions]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void More_clients_than_a_datagram_has_room_for_are_named_in_several(bool plain)
    {
        const uint Clients = 1000;
        using var group = Bind(plain);
        group.Start(shard => new Keeper(shard));
        using var relay = new Relay(group.LocalEndPoint, ingress: 1);
        for (uint i = 0; i < Clients; i++)
        {
            relay.Send((TransportAddress.FromIPv4(0xC6000000 + i, 5000), [Keeper.Keep]));
            relay.Receive();
        }
        relay.AskForFlows();
        var named = new HashSet<TransportAddress>();
        while (named.Count < Clients) named.UnionWith(relay.ReceiveNames());
        Assert.Equal((int)Clients, named.Count);
    }

    [Theory, MemberData(nameof(Ports))]
    public void Who_asks_without_end_is_not_answered_without_end(bool plain)
    {
        const int Questions = 500;
        using var group = Bind(plain);
        group.Start(shard => new Keeper(shard));
        using var relay = new Relay(group.LocalEndPoint, ingress: 1);
        relay.Send((Near, [Keeper.Keep]));
        relay.Receive();
        for (var i = 0; i < Questions; i++) relay.AskForFlows();
        relay.Send((Near, [Keeper.Keep]));
        var answers = 0;
        while (relay.ReceiveNames().Count > 0) answers++;
        Stop(group);
        Assert.InRange(group.Shards[0].Counters[ShardCounter.FlowQuestionsRefused], 1, Questions - 1);
        Assert.Equal(Questions, answers + group.Shards[0].Counters[ShardCounter.FlowQuestionsRefused]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void With_keys_only_what_is_tagged_is_taken_and_other_keys_are_taken_over(bool plain)
    {
        var (keys, others) = (Ring(1), Ring(2));
        using var group = Bind(plain, keys);
        group.Start(_ => new EchoHandler());
        using var stranger = new Relay(group.LocalEndPoint, ingress: 1, others);
        stranger.Send((Near, [1]));
        using var trusting = new Relay(group.LocalEndPoint, ingress: 1);
        trusting.Send((Near, [2]));
        using var relay = new Relay(group.LocalEndPoint, ingress: 1, keys);
        relay.Send((Near, [3]));
        Assert.Equal([(Near, "03")], relay.Receive());
        group.SetInnerKeys(others);
        stranger.Send((Near, [4]));
        Assert.Equal([(Near, "04")], stranger.Receive());
        Stop(group);
        Assert.Equal(2, group.Shards[0].Counters[ShardCounter.InnerRefused]);
    }

    [Theory, MemberData(nameof(Ports))]
    public void A_packet_for_a_client_that_nobody_brought_goes_nowhere_and_is_counted(bool plain)
    {
        using var group = Bind(plain);
        using var sent = new ManualResetEventSlim();
        var handler = new Announcer(Near, sent);
        group.Start(_ => handler);
        group.Shards[0].TryPost("go");
        Assert.True(sent.Wait(PortKinds.Hang, TestContext.Current.CancellationToken));
        Stop(group);
        Assert.Equal(1, group.Shards[0].Counters[ShardCounter.SendUnreachable]);
    }

    [Fact]
    public void Clients_that_no_call_keeps_make_room_for_newer_ones_and_those_of_calls_stay()
    {
        var paths = new ReturnPaths();
        var strangers = new ReturnPaths.Strangers();
        var path = paths.PathOf(TransportAddress.FromIPv4(0x0A000001, 4000), 1);
        paths.Learn(Near, path, strangers);
        paths.Learn(Six, path, strangers);
        paths.Keep(Near);
        for (uint i = 0; i < 3 * ReturnPaths.Strangers.Capacity; i++) paths.Learn(TransportAddress.FromIPv4(0xC6000000 + i, 5000), path, strangers);
        Assert.True(paths.TryFind(Near, out _));
        Assert.False(paths.TryFind(Six, out _));
        Assert.Equal(ReturnPaths.Strangers.Capacity + 1, paths.Count);
        paths.Close(Near);
        Assert.False(paths.TryFind(Near, out _));
    }

    private static RouteKeyRing Ring(ulong seed) => RouteKeyRing.Create(new SeededRandom(seed), DateTimeOffset.UtcNow.AddMinutes(-1));

    private static ShardGroup Bind(bool plain, RouteKeyRing? keys = null, int shards = 1) => ShardGroup.Bind(
        new ShardGroupConfig
        {
            Local = new IPEndPoint(IPAddress.Loopback, 0),
            UsePlainSockets = plain,
            ShardCount = shards,
            PostCapacity = 16,
            Relayed = new RelayedConfig { Keys = keys },
        },
        new MonotonicClock(TimeProvider.System));

    /// <summary>Counters are read when their thread writes no more.</summary>
    private static void Stop(ShardGroup group) => group.Dispose();

    /// <summary>A relay's socket of the private network.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)PortKinds.Hang.TotalMilliseconds };
        private readonly ushort _ingress;
        private readonly InnerAuthenticator? _authenticator;

        public Relay(IPEndPoint node, ushort ingress, RouteKeyRing? keys = null)
        {
            _ingress = ingress;
            _authenticator = keys is null ? null : new InnerAuthenticator(keys, TimeProvider.System);
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _socket.Connect(node);
        }

        public void Send(params ReadOnlySpan<(TransportAddress Client, byte[] Payload)> packets)
        {
            var buffer = new byte[InnerLayout.DefaultMaxLength];
            var writer = InnerWriter.Begin(buffer, InnerDirection.ToTransceiver, _ingress, _authenticator);
            foreach (var (client, payload) in packets) Assert.True(writer.TryAdd(buffer, client, payload));
            _socket.Send(buffer.AsSpan(0, writer.Finish(buffer)));
        }

        public void AskForFlows()
        {
            var buffer = new byte[100];
            _socket.Send(buffer.AsSpan(0, InnerWriter.BeginFlows(buffer, InnerDirection.ToTransceiver, _ingress, _authenticator).Finish(buffer)));
        }

        /// <summary>What one datagram brings.</summary>
        public List<(TransportAddress Client, string Payload)> Receive() => Receive(out _);

        /// <summary>The clients that one datagram names; none when it is not about flows.</summary>
        public List<TransportAddress> ReceiveNames()
        {
            var records = Receive(out var isAboutFlows);
            return isAboutFlows ? [.. records.Select(record => record.Client)] : [];
        }

        private List<(TransportAddress Client, string Payload)> Receive(out bool isAboutFlows)
        {
            var buffer = new byte[2048];
            var length = _socket.Receive(buffer);
            Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer.AsSpan(0, length), InnerDirection.ToRelay, _authenticator, out var reader));
            Assert.Equal(_ingress, reader.Ingress);
            isAboutFlows = reader.IsAboutFlows;
            var packets = new List<(TransportAddress, string)>();
            while (reader.TryRead(out var client, out var payload)) packets.Add((client, Convert.ToHexString(payload)));
            Assert.Equal(InnerStatus.Ok, reader.Status);
            return packets;
        }

        public void Dispose() => _socket.Dispose();
    }

    /// <summary>Keeps the clients that say so, as a call does, and answers them.</summary>
    private sealed class Keeper(Shard shard) : IShardHandler
    {
        public const byte Keep = 7;

        private readonly DatagramQueue _answers = new(256, Shard.MaxDatagramSize);

        public Deadline NextDeadline => Deadline.None;

        public void HandleDatagram(in Datagram datagram, Instant now)
        {
            if (datagram.Payload[0] != Keep) return;
            shard.Connections.Keep(datagram.Source);
            _answers.TryEnqueue(datagram.Payload, datagram.Source);
        }

        public void HandleHandedOver(in Datagram datagram, Instant now)
        {
        }

        public void HandlePosted(object work, Instant now)
        {
        }

        public void HandleTimeout(Instant now)
        {
        }

        public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _answers.TryDequeue(buffer, out transmit);

        public void HandleFault(Exception exception) => throw exception;
    }

    /// <summary>Sends one packet when it hears of a client or is posted to.</summary>
    private sealed class Announcer(TransportAddress destination, ManualResetEventSlim sent) : IShardHandler
    {
        private bool _isAsked;

        public Deadline NextDeadline => Deadline.None;

        public void HandleDatagram(in Datagram datagram, Instant now) => _isAsked = true;

        public void HandleHandedOver(in Datagram datagram, Instant now)
        {
        }

        public void HandlePosted(object work, Instant now) => _isAsked = true;

        public void HandleTimeout(Instant now)
        {
        }

        public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
        {
            transmit = new Transmit(1, destination);
            if (!_isAsked) return false;
            _isAsked = false;
            buffer[0] = 1;
            sent.Set();
            return true;
        }

        public void HandleFault(Exception exception) => throw exception;
    }
}
