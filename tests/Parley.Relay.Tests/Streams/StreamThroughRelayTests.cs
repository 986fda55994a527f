using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Net;
using Parley.Net.Routes;
using Parley.Net.Tcp;
using Parley.Relay.Configuration;

namespace Parley.Relay.Tests.Streams;

/// <summary>A whole relay on loopback, between a TCP client and a transceiver.</summary>
public sealed class StreamThroughRelayTests : IDisposable
{
    private const ushort Cluster = 1, Node = 7, Ingress = 9;

    private readonly RelayFiles _files = new();
    private readonly LoopbackTransceiver _transceiver = new();
    private readonly RecordedEvents _events = new();
    private readonly RouteSealer _sealer;
    private readonly RelayServer _relay;

    public StreamThroughRelayTests()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("TCP needs Linux.");
        _files.WriteFleet(Cluster, Node, _transceiver.Inner);
        _sealer = new RouteSealer(_files.Ring, TimeProvider.System, SystemRandomSource.Instance);
        _relay = RelayServer.Start(
            RelayConfig.From(new RelayOptions
            {
                Keys = _files.Keys, Fleet = _files.Fleet, Listen = "127.0.0.1:0", Tcp = "127.0.0.1:0", Inner = "127.0.0.1:0", Ingress = Ingress, Workers = 1,
            }),
            TimeProvider.System, _events);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _transceiver.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_TCP_client_and_its_transceiver_speak_to_each_other()
    {
        using var client = Connect();
        var check = ClientCheck.Create(Seal());
        Send(client, check);
        var (relay, ingress, packets) = _transceiver.Receive();
        Assert.Equal(Ingress + 1, ingress);
        var (address, payload) = Assert.Single(packets);
        Assert.Equal(TransportAddress.From((IPEndPoint)client.LocalEndPoint!) with { Protocol = TransportProtocol.Tcp }, address);
        Assert.Equal(check, payload);

        _transceiver.Send(relay, ingress, address, [1, 2, 3]);
        Assert.Equal([1, 2, 3], Receive(client));
    }

    [Fact]
    public void A_stranger_is_cut_off_and_never_reaches_a_transceiver()
    {
        using var stranger = Connect();
        Send(stranger, ClientCheck.Create("evtj", "VOkJxbRl1RmTxUk/WvJxBt"));
        Assert.Null(Receive(stranger));
        using var client = Connect();
        var check = ClientCheck.Create(Seal());
        Send(client, check);
        // The first that comes is the client's.
        Assert.Equal(check, Assert.Single(_transceiver.Receive().Packets).Payload);
    }

    [Fact]
    public void A_drain_waits_for_the_client_and_ends_when_he_has_gone()
    {
        using var client = Connect();
        Send(client, ClientCheck.Create(Seal()));
        var (relay, ingress, packets) = _transceiver.Receive();
        _relay.RequestStop();
        var ended = new Thread(_relay.WaitForEnd);
        ended.Start();
        // Still forwarding.
        _transceiver.Send(relay, ingress, packets[0].Client, [1]);
        Assert.Equal([1], Receive(client));
        using var late = Connect();
        Send(late, ClientCheck.Create(Seal()));
        Assert.Null(Receive(late));
        client.Dispose();
        Assert.True(ended.Join(LoopbackTransceiver.Hang));
        Assert.Equal("ended 0", _events.Lines[^1]);
    }

    private RouteCredentials Seal() => _sealer.Seal(Cluster, Node, TimeSpan.FromHours(1));

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = (int)LoopbackTransceiver.Hang.TotalMilliseconds,
        };
        client.Connect(_relay.Addresses.Tcp!);
        return client;
    }

    private static void Send(Socket client, byte[] payload)
    {
        var frame = new byte[StreamFrame.MaxLength];
        client.Send(frame.AsSpan(0, StreamFrame.Write(payload, frame)));
    }

    /// <summary>The next frame; null when the relay has closed.</summary>
    private static byte[]? Receive(Socket client)
    {
        using var stream = new NetworkStream(client);
        var header = new byte[StreamFrame.HeaderLength];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) return null;
        var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header)];
        stream.ReadExactly(payload);
        return payload;
    }
}
