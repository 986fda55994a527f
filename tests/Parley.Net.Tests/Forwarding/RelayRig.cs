using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Net.Forwarding;
using Parley.Net.Inner;

namespace Parley.Net.Tests.Forwarding;

/// <summary>A real forwarder on loopback, with sockets that play transceivers and clients. A packet's first bytes say which transceiver it asks for.</summary>
internal sealed class RelayRig : IDisposable
{
    public const byte Route = 0x0F;

    private readonly List<Socket> _sockets = [];
    private readonly Dictionary<Socket, Queue<(TransportAddress Client, byte[] Payload)>> _unread = [];

    public RelayRig(Func<ForwarderConfig, ForwarderConfig>? configure = null, Func<int, InnerAuthenticator>? authenticatorOf = null, int transceivers = 2)
    {
        for (var i = 0; i < transceivers; i++) Transceivers.Add(Open());
        Policy = new Routing(this);
        Config = new ForwarderConfig
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Inner = new IPEndPoint(IPAddress.Loopback, 0),
            Ingress = 3,
            MaxFlows = 64,
        };
        if (configure is not null) Config = configure(Config);
        Group = ForwarderGroup.Bind(Config, new MonotonicClock(TimeProvider.System), _ => Policy, authenticatorOf);
        Group.Start();
    }

    public ForwarderConfig Config { get; }

    public ForwarderGroup Group { get; private set; }

    public Forwarder Worker => Group.Workers[0];

    public Routing Policy { get; }

    public List<Socket> Transceivers { get; } = [];

    public static byte[] First(byte node = 0) => [Route, node, 1, 2, 3];

    public static byte[] Media(uint ssrc, int length = 60)
    {
        var packet = new byte[length];
        (packet[0], packet[1]) = (0x80, 111);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        return packet;
    }

    /// <summary>A Binding message with the node in the place of its user name.</summary>
    public static byte[] Stun(ushort type, byte node = 0, int length = 28)
    {
        var packet = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, type);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), 0x2112A442);
        packet[20] = node;
        return packet;
    }

    public static TransportAddress AddressOf(Socket socket) => TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);

    /// <summary>A client's socket, connected to the relay.</summary>
    public Socket Client()
    {
        var client = Open();
        client.Connect(Group.LocalEndPoint);
        return client;
    }

    /// <summary>The next packet at a transceiver.</summary>
    public (TransportAddress Client, byte[] Payload) Receive(Socket transceiver)
    {
        if (!_unread.TryGetValue(transceiver, out var unread)) _unread[transceiver] = unread = new();
        // Two that a client sends in a moment may come in one datagram.
        if (unread.Count == 0) foreach (var each in ReceiveBundle(transceiver)) unread.Enqueue(each);
        return unread.Dequeue();
    }

    public List<(TransportAddress Client, byte[] Payload)> ReceiveBundle(Socket transceiver, InnerAuthenticator? authenticator = null)
    {
        var buffer = new byte[9216];
        var length = transceiver.Receive(buffer);
        Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer.AsSpan(0, length), InnerDirection.ToTransceiver, authenticator, out var reader));
        Assert.Equal(Config.Ingress, reader.Ingress);
        var packets = new List<(TransportAddress, byte[])>();
        while (reader.TryRead(out var client, out var payload)) packets.Add((client, payload.ToArray()));
        Assert.Equal(InnerStatus.Ok, reader.Status);
        return packets;
    }

    public void Answer(Socket transceiver, params IEnumerable<(TransportAddress Client, byte[] Payload)> packets) =>
        Answer(transceiver, null, packets);

    public void Answer(Socket transceiver, InnerAuthenticator? authenticator, IEnumerable<(TransportAddress Client, byte[] Payload)> packets)
    {
        var buffer = new byte[9000];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, Config.Ingress, authenticator);
        foreach (var (client, payload) in packets) Assert.True(writer.TryAdd(buffer, client, payload));
        transceiver.SendTo(buffer.AsSpan(0, writer.Finish(buffer)), Worker.InnerEndPoint);
    }

    /// <summary>What a transceiver answers that was asked for its clients.</summary>
    public void Name(Socket transceiver, params IEnumerable<TransportAddress> clients)
    {
        var buffer = new byte[9000];
        var writer = InnerWriter.BeginFlows(buffer, InnerDirection.ToRelay, Config.Ingress, null);
        foreach (var client in clients) Assert.True(writer.TryName(buffer, client));
        transceiver.SendTo(buffer.AsSpan(0, writer.Finish(buffer)), Worker.InnerEndPoint);
    }

    /// <summary>Waits for a question about flows.</summary>
    public void ReceiveQuestion(Socket transceiver)
    {
        var buffer = new byte[100];
        var length = transceiver.Receive(buffer);
        Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer.AsSpan(0, length), InnerDirection.ToTransceiver, null, out var reader));
        Assert.True(reader.IsAboutFlows);
        Assert.Equal(Config.Ingress, reader.Ingress);
        Assert.False(reader.TryRead(out _, out _));
    }

    /// <summary>Ends the relay and starts another at the same addresses, with nothing in its tables.</summary>
    public void Restart()
    {
        var (local, inner) = (Group.LocalEndPoint, Worker.InnerEndPoint);
        Group.Dispose();
        Group = ForwarderGroup.Bind(Config with { Listen = local, Inner = inner }, new MonotonicClock(TimeProvider.System), _ => Policy);
        Group.Start();
    }

    public Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = (int)PortKinds.Hang.TotalMilliseconds,
            ReceiveBufferSize = 1 << 20,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _sockets.Add(socket);
        return socket;
    }

    public void Dispose()
    {
        Group.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
    }

    /// <summary>Decides without cryptography: the second byte of a first packet is the transceiver's number.</summary>
    internal sealed class Routing(RelayRig rig) : IFirstPackets
    {
        public bool LetsMove { get; set; } = true;

        public int Looks { get; private set; }

        public bool Throws { get; set; }

        /// <summary>Called on the forwarder's thread.</summary>
        public Action? OnOwnerAsked { get; set; }

        private readonly HashSet<TransportAddress> _transceivers = [.. rig.Transceivers.Select(AddressOf)];
        private readonly TransportAddress[] _byNumber = [.. rig.Transceivers.Select(AddressOf)];

        public FlowDecision Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now)
        {
            if (Throws) throw new InvalidOperationException("broken policy");
            if (packet is [Route, var node, ..] && node < _byNumber.Length) return FlowDecision.ForwardTo(_byNumber[node]);
            return TryFindOwner(packet, out var owner) ? FlowDecision.ForwardTo(owner) : FlowDecision.Drop;
        }

        public bool MayMove(TransportAddress source, Instant now) => LetsMove;

        public bool TryFindOwner(ReadOnlySpan<byte> check, out TransportAddress transceiver)
        {
            transceiver = default;
            if (check.Length < 21 || check[0] != 0 || check[20] >= _byNumber.Length) return false;
            Looks++;
            transceiver = _byNumber[check[20]];
            OnOwnerAsked?.Invoke();
            return true;
        }

        /// <summary>Whether those are asked that the relay began with.</summary>
        public bool AsksForFlows { get; set; }

        public IReadOnlyList<TransportAddress> Transceivers => AsksForFlows ? _byNumber : [];

        public bool IsTransceiver(TransportAddress address) => _transceivers.Contains(address);
    }
}
