using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Parley.Net;
using Parley.Net.Tcp;
using Parley.Realtime;
using Parley.Rtc.Dtls;
using Parley.Transceiver.Caller;
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
        using var client = new Client(transceiver, UdpCandidate());
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 50, "50 packets of audio");
        Assert.Equal(CallerShard.Message, await client.Shard.Returned.WaitAsync(Hang, TestContext.Current.CancellationToken));
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
        using var client = new Client(transceiver, UdpCandidate(), message);
        Assert.Equal(message, await client.Shard.Returned.WaitAsync(Hang, TestContext.Current.CancellationToken));
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Udp_is_used_when_both_work()
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, shards: 1);
        using var client = new Client(transceiver, without: null);
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
        using var client = new Client(transceiver, UdpCandidate());
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
        var clients = Enumerable.Range(0, Calls).Select(_ => new Client(transceiver, UdpCandidate())).ToList();
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

    /// <summary>A caller with a shard of its own that opens TCP connections, in a call from its making.</summary>
    private sealed class Client : IDisposable
    {
        private readonly DtlsCertificate _certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
        private readonly VoiceCaller _caller;

        /// <param name="without">Lines that the client is not shown of the answer.</param>
        /// <param name="message">What is sent on the data channel.</param>
        public Client(CallTransceiver transceiver, Regex? without, string message = CallerShard.Message)
        {
            var clock = new MonotonicClock(TimeProvider.System);
            Group = ShardGroup.Bind(new ShardGroupConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), ShardCount = 1 }, clock);
            Group.AddTcp(new TcpConfig { MaxConnections = 8, ClosingTime = TimeSpan.FromMilliseconds(500) });
            _caller = new VoiceCaller(_certificate, TransportAddress.From(Group.LocalEndPoint), SystemRandomSource.Instance, clock.Now, connectsTcp: true);
            var config = new CallConfig { Session = new RealtimeSessionConfig { CreatedAt = DateTimeOffset.UnixEpoch }, Models = null };
            var created = Assert.IsType<CallCreated>(transceiver.CreateCall(_caller.OfferSdp, config));
            CallId = created.CallId;
            Answer = without?.Replace(created.AnswerSdp, "") ?? created.AnswerSdp;
            Shard = new CallerShard(_caller, message);
            Group.Start(_ => Shard);
            Group.Shards[0].TryPost(Answer);
        }

        public ShardGroup Group { get; }

        public CallerShard Shard { get; }

        public string CallId { get; }

        public string Answer { get; }

        /// <summary>Waits for other threads; only a hang ends it without success.</summary>
        public async Task UntilAsync(Func<bool> condition, string what)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!condition())
            {
                if (TimeProvider.System.GetElapsedTime(began) > Hang) throw new TimeoutException($"No {what}. {Shard.Fault}");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        public void Dispose()
        {
            Group.Dispose();
            _caller.Dispose();
            _certificate.Dispose();
        }
    }

    /// <summary>Takes the answer as a post, sends one message, and notes what comes back.</summary>
    private sealed class CallerShard(VoiceCaller caller, string message) : IShardHandler
    {
        public const string Message = """{"type":"greeting"}""";

        private readonly TaskCompletionSource<string> _message = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly short[] _pcm = new short[VoiceCaller.SampleRate * 120 / 1000];
        private long _heard;
        private bool _hasSent;

        /// <summary>Packets of audio that came back.</summary>
        public long PacketsHeard => Volatile.Read(ref _heard);

        public Task<string> Returned => _message.Task;

        public Task IsGone => _gone.Task;

        public Exception? Fault { get; private set; }

        public Deadline NextDeadline => caller.NextDeadline;

        public void HandleDatagram(in Datagram datagram, Instant now)
        {
            caller.HandleDatagram(datagram, now);
            Follow(now);
        }

        public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

        public void HandlePosted(object work, Instant now)
        {
            if (work is Action action) action();
            else Assert.True(caller.TryAcceptAnswer((string)work, now, out _));
        }

        public void HandleTimeout(Instant now)
        {
            caller.HandleTimeout(now);
            Follow(now);
        }

        public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => caller.TryPollTransmit(buffer, out transmit);

        public void HandleFault(Exception exception) => Fault = exception;

        private void Follow(Instant now)
        {
            if (!_hasSent) _hasSent = caller.TrySendEvent(Encoding.UTF8.GetBytes(message), now);
            while (caller.TryPollEvent(out var json)) _message.TrySetResult(Encoding.UTF8.GetString(json));
            while (caller.TryPollHeard(now, _pcm, out _, out _)) { }
            Volatile.Write(ref _heard, caller.Stats.PacketsReceived);
            if (caller.ClosedBy is not null) _gone.TrySetResult();
        }
    }
}
