using System.Net;
using System.Text;
using Parley.Net;
using Parley.Realtime;
using Parley.Rtc.Dtls;
using Parley.Transceiver.Caller;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Echo;

/// <summary>On real sockets of the loopback interface.</summary>
public sealed class EchoLoopbackTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Audio_and_messages_come_back_and_a_drain_says_goodbye(bool usePlainSockets)
    {
        if (!OperatingSystem.IsLinux() && !usePlainSockets) Assert.Skip("Batched system calls are Linux's.");
        using var log = new FaultLog();
        await using var transceiver = CallTransceiver.Start(
            new TransceiverConfig
            {
                Local = new IPEndPoint(IPAddress.Loopback, 0),
                Advertised = [new IPEndPoint(IPAddress.Loopback, 0)],
                UsePlainSockets = usePlainSockets,
            },
            TimeProvider.System, log);
        var clock = new MonotonicClock(TimeProvider.System);
        using var certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
        using var group = ShardGroup.Bind(new ShardGroupConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), ShardCount = 1 }, clock);
        using var caller = new VoiceCaller(certificate, TransportAddress.From(group.LocalEndPoint), SystemRandomSource.Instance, clock.Now);
        var config = new CallConfig { Session = new RealtimeSessionConfig { CreatedAt = DateTimeOffset.UnixEpoch }, Models = null };
        var answer = Assert.IsType<CallCreated>(transceiver.CreateCall(caller.OfferSdp, config)).AnswerSdp;
        caller.Say(Voice.Say("What time is it?"));
        var shard = new CallerShard(caller);
        group.Start(_ => shard);
        group.Shards[0].TryPost(answer);

        await shard.HasHeard.WaitAsync(Hang, TestContext.Current.CancellationToken);
        Assert.Equal(CallerShard.Message, await shard.Returned.WaitAsync(Hang, TestContext.Current.CancellationToken));
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        await shard.IsGone.WaitAsync(Hang, TestContext.Current.CancellationToken);
        var stats = transceiver.Stats;
        Assert.Equal((0, 0), (stats.CallsOpen, stats.CallsWaiting));
        Assert.Equal(1, stats.CallsClosed[CallCloseReason.ShuttingDown]);
        Assert.Equal(0, stats.Faults);
        Assert.Empty(log.Faults);
        group.Dispose();
    }

    /// <summary>Takes the answer as a post, sends one message, and notes what comes back.</summary>
    private sealed class CallerShard(VoiceCaller caller) : IShardHandler
    {
        public const string Message = """{"type":"greeting"}""";

        private const int AudibleLevel = 500;

        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string> _message = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly short[] _pcm = new short[VoiceCaller.SampleRate * 120 / 1000];
        private bool _hasSent;

        public Task HasHeard => _heard.Task;

        public Task<string> Returned => _message.Task;

        public Task IsGone => _gone.Task;

        public Deadline NextDeadline => caller.NextDeadline;

        public void HandleDatagram(in Datagram datagram, Instant now)
        {
            caller.HandleDatagram(datagram, now);
            Follow(now);
        }

        public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

        public void HandlePosted(object work, Instant now) => Assert.True(caller.TryAcceptAnswer((string)work, now, out _));

        public void HandleTimeout(Instant now)
        {
            caller.HandleTimeout(now);
            Follow(now);
        }

        public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => caller.TryPollTransmit(buffer, out transmit);

        public void HandleFault(Exception exception)
        {
            _heard.TrySetException(exception);
            _message.TrySetException(exception);
            _gone.TrySetException(exception);
        }

        private void Follow(Instant now)
        {
            if (!_hasSent) _hasSent = caller.TrySendEvent(Encoding.UTF8.GetBytes(Message), now);
            while (caller.TryPollEvent(out var json)) _message.TrySetResult(Encoding.UTF8.GetString(json));
            while (caller.TryPollHeard(now, _pcm, out var length, out _))
                if (_pcm.AsSpan(0, length).ContainsAnyExceptInRange((short)-AudibleLevel, (short)AudibleLevel)) _heard.TrySetResult();
            if (caller.ClosedBy is not null) _gone.TrySetResult();
        }
    }
}
