using System.Buffers.Binary;
using System.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Relay.Tests;

/// <summary>A whole relay on loopback, between a TCP client and a transceiver.</summary>
public sealed class StreamThroughRelayTests : IDisposable
{
    private readonly LoopbackRelay _relay = new();

    public void Dispose() => _relay.Dispose();

    [Fact]
    public void A_TCP_client_and_its_transceiver_speak_to_each_other()
    {
        using var client = Connect();
        var check = ClientCheck.Create(_relay.Seal());
        Send(client, check);
        var (relay, ingress, packets) = _relay.Transceiver.Receive();
        Assert.Equal(LoopbackRelay.Ingress, ingress);
        var (address, payload) = Assert.Single(packets);
        Assert.Equal(LoopbackRelay.AddressOf(client) with { Protocol = TransportProtocol.Tcp }, address);
        Assert.Equal(check, payload);

        _relay.Transceiver.Send(relay, ingress, address, [22, 2, 3]);
        Assert.Equal([22, 2, 3], Receive(client));
    }

    [Fact]
    public async Task A_connection_without_a_sealed_route_never_reaches_a_transceiver()
    {
        using var stranger = Connect();
        Send(stranger, ClientCheck.Create("evtj", "VOkJxbRl1RmTxUk/WvJxBt"));
        await _relay.UntilAsync("parley_relay_first_packets_total{reason=\"route_malformed\"}", 1);
        using var client = Connect();
        var check = ClientCheck.Create(_relay.Seal());
        Send(client, check);
        // The first that comes is the client's.
        Assert.Equal(check, Assert.Single(_relay.Transceiver.Receive().Packets).Payload);
    }

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = (int)LoopbackTransceiver.Hang.TotalMilliseconds,
        };
        client.Connect(_relay.Server.Addresses.Tcp!);
        return client;
    }

    private static void Send(Socket client, byte[] payload)
    {
        var frame = new byte[StreamFrame.MaxLength];
        client.Send(frame.AsSpan(0, StreamFrame.Write(payload, frame)));
    }

    private static byte[] Receive(Socket client)
    {
        using var stream = new NetworkStream(client);
        var header = new byte[StreamFrame.HeaderLength];
        stream.ReadExactly(header);
        var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header)];
        stream.ReadExactly(payload);
        return payload;
    }
}
