using System.Net;
using System.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

public sealed class StreamTests
{
    [Fact]
    public void Frames_come_as_datagrams_and_answers_go_back_as_frames()
    {
        using var group = new StreamGroup();
        using var client = group.Connect();
        Assert.Equal([0, (byte)'k'], client.Ask("k1"u8));
        // In single bytes, and several in one piece with an empty one among them.
        foreach (var b in (byte[])[0, 3, 7, 8, 9]) client.Socket.Send([b]);
        Assert.Equal([0, 7, 8], client.Receive());
        client.Socket.Send([0, 1, 5, 0, 0, 0, 2, 6, 7]);
        Assert.Equal([0], client.Receive());
        Assert.Equal([0, 6], client.Receive());
        var longest = new byte[StreamFrame.MaxPayloadLength];
        Assert.Equal(longest, client.Ask(longest));
        Assert.Equal(1, group[TcpCounter.EmptyFrames]);
        Assert.Equal(5, group[TcpCounter.FramesReceived]);
        Assert.Equal(5, group[TcpCounter.FramesSent]);
        Assert.All(group.Handlers[0].Received, received => Assert.Equal(client.Address, received.Source));
    }

    [Fact]
    public void A_frame_that_is_too_long_ends_the_connection()
    {
        using var group = new StreamGroup();
        using var client = group.Connect();
        client.Ask("k"u8);
        client.Socket.Send([0xFF, 0xFF]);
        Assert.Null(client.Receive());
        Assert.Equal(1, group[TcpCounter.ClosedTooLong]);
        Assert.Equal(0, group.ConnectionCount);
    }

    [Fact]
    public void What_was_sent_before_an_end_arrives_and_then_the_stream_ends()
    {
        using var group = new StreamGroup();
        using var client = group.Connect();
        client.Send("k"u8);
        client.Send("x bye"u8);
        Assert.Equal([0], client.Receive());
        Assert.Equal([0, .. "x by"u8], client.Receive());
        Assert.Null(client.Receive());
    }

    [Fact]
    public async Task An_end_of_the_peers_ends_the_connection_and_what_is_sent_there_is_dropped()
    {
        using var group = new StreamGroup();
        var client = group.Connect();
        var address = client.Address;
        client.Ask("k"u8);
        client.Dispose();
        await group.UntilAsync(TcpCounter.ClosedByPeer, 1);
        Assert.Equal(0, group.ConnectionCount);
        group.Shard.TryPost(new StreamHandler.Burst(address, count: 3, length: 100));
        await group.UntilAsync(TcpCounter.NoConnection, 3);
    }

    [Fact]
    public async Task Connections_move_to_the_shard_that_owns_their_call_with_all_that_was_read()
    {
        const int Clients = 32, Frames = 20;
        using var group = new StreamGroup(shards: 2);
        var clients = Enumerable.Range(0, Clients).Select(_ => group.Connect()).ToList();
        for (var i = 0; i < Clients; i++)
        {
            byte owner = (byte)(i % 2);
            // All in one piece: the first names the owner, the last is cut.
            byte[] stream = [0, 2, (byte)'m', owner, .. Enumerable.Range(1, Frames).SelectMany(n => (byte[])[0, 2, (byte)n, 0]), 0, 3, 1];
            clients[i].Socket.Send(stream);
        }
        for (var i = 0; i < Clients; i++)
        {
            byte owner = (byte)(i % 2);
            Assert.Equal([owner, (byte)'m'], clients[i].Receive()!);
            for (var n = 1; n <= Frames; n++) Assert.Equal([owner, (byte)n], clients[i].Receive()!);
            clients[i].Socket.Send([8, 9]);
            Assert.Equal([owner, 1, 8], clients[i].Receive()!);
        }
        // Whichever shard accepted: with two owners in turn, some had to move. A connection that was accepted by its owner did not.
        Assert.InRange(group[TcpCounter.Moved], 1, Clients - 1);
        Assert.Equal(Clients, group.ConnectionCount);
        clients.ForEach(client => client.Dispose());
        await group.UntilAsync(TcpCounter.ClosedByPeer, Clients);
        Assert.Equal(0, group.ConnectionCount);
    }

    [Fact]
    public void A_tcp_port_that_another_socket_has_is_refused()
    {
        using var group = new StreamGroup();
        using var other = PortKinds.Bind(usePlainSockets: false);
        var taken = Assert.Throws<SocketException>(() => other.AddTcp(new TcpConfig { Listen = group.EndPoint }));
        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
    }

    [Fact]
    public void A_free_tcp_port_has_the_number_of_the_udp_port_when_it_can()
    {
        using var group = new StreamGroup();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var second = PortKinds.Bind(usePlainSockets: false);
        try
        {
            taken.Bind(second.LocalEndPoint);
            taken.Listen();
            second.AddTcp(new TcpConfig { Listen = new IPEndPoint(IPAddress.Loopback, 0) });
            Assert.NotEqual(second.LocalEndPoint.Port, second.TcpEndPoint!.Port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            Assert.Skip("Another program has the number.");
        }
    }

    [Fact]
    public void One_port_serves_both_families()
    {
        if (!OperatingSystem.IsLinux() || !Socket.OSSupportsIPv6) Assert.Skip("Needs Linux and IPv6.");
        using var group = PortKinds.Bind(usePlainSockets: false, address: IPAddress.IPv6Any);
        group.AddTcp(StreamGroup.Patient with { Listen = new IPEndPoint(IPAddress.IPv6Any, 0) });
        StreamHandler handler = null!;
        group.Start(shard => handler = new StreamHandler(shard, group.Shards));
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var client = new StreamClient(new IPEndPoint(address, group.TcpEndPoint!.Port));
            Assert.Equal([0], client.Ask("k"u8));
            Assert.Equal(client.Address, handler.Received.Last().Source);
        }
    }

    [Fact]
    public void Plain_sockets_have_no_tcp()
    {
        using var group = PortKinds.Bind(usePlainSockets: true);
        Assert.Throws<PlatformNotSupportedException>(() => group.AddTcp(new TcpConfig()));
    }
}
