using System.Net;
using System.Text.RegularExpressions;
using Parley.Net.Tcp;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>Calls of an echo over TCP, on real sockets of the loopback interface.</summary>
public sealed partial class TcpCallTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_call_over_tcp_carries_audio_and_messages_both_ways_and_its_end_ends_the_connection(int shards)
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards);
        using var client = new LoopbackClient(transceiver, WithoutUdp);
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 50, "50 packets of audio");
        Assert.Equal(LoopbackCallerShard.Message, await client.Shard.Returned.WaitAsync(Hang, TestContext.Current.CancellationToken));
        Assert.Equal(1, transceiver.Stats.TcpConnectionsOpen);
        Assert.True(transceiver.HangUp(client.CallId));
        // The goodbye arrives, and then the connection ends.
        await client.Shard.IsGone.WaitAsync(Hang, TestContext.Current.CancellationToken);
        await client.UntilAsync(() => transceiver.Stats.TcpConnectionsOpen == 0 && client.Group.TcpConnectionCount == 0, "the connection's end");
        var stats = transceiver.Stats;
        Assert.Equal(1, stats.Tcp[TcpCounter.ClosedWithCall]);
        Assert.Equal(1, stats.CallsClosed[CallCloseReason.HungUp]);
        Assert.True(stats.Tcp[TcpCounter.FramesReceived] >= 50 && stats.Tcp[TcpCounter.FramesSent] >= 50);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_long_message_crosses_tcp_though_more_is_sent_at_once_than_a_connection_takes()
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards: 1);
        var message = $$"""{"type":"greeting","padding":"{{new string('x', 200_000)}}"}""";
        using var client = new LoopbackClient(transceiver, WithoutUdp, message);
        Assert.Equal(message, await client.Shard.Returned.WaitAsync(Hang, TestContext.Current.CancellationToken));
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Udp_is_used_when_both_work()
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards: 1);
        using var client = new LoopbackClient(transceiver);
        Assert.Contains("tcptype passive", client.Answer, StringComparison.Ordinal);
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 50, "50 packets of audio");
        // No more than checks.
        Assert.InRange(transceiver.Stats.Tcp.GetValueOrDefault(TcpCounter.FramesReceived), 0, 20);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_call_lives_on_when_its_connection_breaks_and_goes_on_over_the_next()
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards: 2);
        using var client = new LoopbackClient(transceiver, WithoutUdp);
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 10, "the first audio");
        var server = TransportAddress.From(transceiver.TcpEndPoint!) with { Protocol = TransportProtocol.Tcp };
        Action cut = () => client.Group.Shards[0].Connections.Close(server);
        client.Group.Shards[0].TryPost(cut);
        await client.UntilAsync(() => transceiver.Stats.Tcp.GetValueOrDefault(TcpCounter.ClosedByPeer) > 0, "the break");
        var before = client.Shard.PacketsHeard;
        await client.UntilAsync(() => client.Shard.PacketsHeard >= before + 50, "audio over the next connection");
        Assert.Equal(1, transceiver.Stats.CallsOpen);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Many_calls_over_tcp_find_their_shards()
    {
        const int Calls = 12;
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards: 3);
        var clients = Enumerable.Range(0, Calls).Select(_ => new LoopbackClient(transceiver, WithoutUdp)).ToList();
        foreach (var client in clients)
            await client.UntilAsync(() => client.Shard.PacketsHeard >= 10 && client.Shard.Returned.IsCompletedSuccessfully, "audio and the message");
        Assert.Equal(Calls, transceiver.Stats.TcpConnectionsOpen);
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        foreach (var client in clients) await client.Shard.IsGone.WaitAsync(Hang, TestContext.Current.CancellationToken);
        clients.ForEach(client => client.Dispose());
        Assert.Equal(0, transceiver.Stats.Faults);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_tcp_port_that_is_taken_refuses_the_start()
    {
        using var log = new FaultLog();
        await using var first = Start(log, shards: 1);
        var config = new TransceiverConfig
        {
            Local = new IPEndPoint(IPAddress.Loopback, 0),
            Tcp = first.TcpEndPoint,
            Advertised = [new IPEndPoint(IPAddress.Loopback, 0)],
        };
        Assert.Throws<TcpPortException>(() => CallTransceiver.Start(config, TimeProvider.System, log));
    }

    [GeneratedRegex("^a=candidate:\\S+ 1 udp .*\r\n", RegexOptions.Multiline)]
    private static partial Regex UdpCandidate();

    private static string WithoutUdp(string answer) => UdpCandidate().Replace(answer, "");

    private static CallTransceiver Start(FaultLog log, int shards)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("TCP needs Linux.");
        return CallTransceiver.Start(
            new TransceiverConfig
            {
                Local = new IPEndPoint(IPAddress.Loopback, 0),
                Tcp = new IPEndPoint(IPAddress.Loopback, 0),
                Advertised = [new IPEndPoint(IPAddress.Loopback, 0)],
                ShardCount = shards,
            },
            TimeProvider.System, log);
    }
}
