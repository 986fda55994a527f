using System.Net;
using System.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

public sealed class ConnectingTests
{
    [Fact]
    public void A_shard_that_accepts_none_connects_to_where_something_is_sent()
    {
        using var server = new StreamGroup();
        using var client = Client(out var handler);
        var to = TransportAddress.From(server.EndPoint) with { Protocol = TransportProtocol.Tcp };
        // What was sent before the connection came to be waits for it.
        client.Shards[0].TryPost(new StreamHandler.Burst(to, count: 5, length: 100, firstByte: (byte)'k'));
        Assert.True(SpinWait.SpinUntil(() => server.Handlers[0].Received.Count == 5, PortKinds.Hang));
        Assert.True(SpinWait.SpinUntil(() => handler().Received.Count == 5, PortKinds.Hang));
        Assert.All(handler().Received, received => Assert.Equal(to, received.Source));
        Assert.Equal(1, client.Shards[0].TcpCounters![TcpCounter.Connected]);
        Assert.Equal(1, client.TcpConnectionCount);
    }

    [Fact]
    public void A_port_where_nobody_listens_costs_only_what_was_sent_there()
    {
        using var client = Client(out _);
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var to = TransportAddress.From((IPEndPoint)nobody.LocalEndPoint!) with { Protocol = TransportProtocol.Tcp };
        client.Shards[0].TryPost(new StreamHandler.Burst(to, count: 1, length: 100));
        Assert.True(SpinWait.SpinUntil(() => client.Shards[0].TcpCounters![TcpCounter.ConnectFailed] == 1, PortKinds.Hang));
        Assert.Equal(0, client.TcpConnectionCount);
    }

    [Fact]
    public async Task A_shard_that_accepts_never_connects()
    {
        using var server = new StreamGroup();
        using var other = new StreamGroup();
        var to = TransportAddress.From(other.EndPoint) with { Protocol = TransportProtocol.Tcp };
        server.Shard.TryPost(new StreamHandler.Burst(to, count: 1, length: 100));
        await server.UntilAsync(TcpCounter.NoConnection, 1);
        Assert.Equal(0, server.ConnectionCount);
    }

    private static ShardGroup Client(out Func<StreamHandler> handler)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("TCP needs Linux.");
        var group = PortKinds.Bind(usePlainSockets: false);
        group.AddTcp(StreamGroup.Patient with { MaxConnections = 4 });
        StreamHandler? made = null;
        group.Start(shard => made = new StreamHandler(shard, group.Shards) { Answers = false });
        handler = () => made!;
        return group;
    }
}
