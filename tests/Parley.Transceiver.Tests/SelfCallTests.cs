using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Realtime;
using Parley.Speech;
using Parley.Transceiver.Caller;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>The real thing on real sockets of the loopback interface: threads, system calls, time.</summary>
public sealed class SelfCallTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task A_call_over_loopback_connects_and_the_reply_is_heard(int shards, bool usePlainSockets)
    {
        if (!OperatingSystem.IsLinux() && !usePlainSockets) Assert.Skip("Batched system calls are Linux's.");
        using var log = new FaultLog();
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(line => $"You wrote {line}, I think."));
        await using var transceiver = Start(log, shards, usePlainSockets);
        var report = await SelfCall.RunAsync(
            (offer, _) => Task.FromResult(Answer(transceiver, models, offer)), "hello there", Hang, TimeProvider.System,
            TestContext.Current.CancellationToken);
        Assert.Null(report.Error);
        Assert.NotNull(report.FirstSound);
        Assert.True(report.Connected <= report.SessionCreated && report.SessionCreated <= report.FirstSound);
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        var stats = transceiver.Stats;
        Assert.Equal((0, 0), (stats.CallsOpen, stats.CallsWaiting));
        Assert.Equal(1, stats.CallsConnected);
        Assert.Equal(1, stats.CallsClosed.Values.Sum());
        Assert.Equal(0, stats.Faults);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_server_that_refuses_is_reported_and_a_drained_one_takes_no_calls()
    {
        using var log = new FaultLog();
        await using var transceiver = Start(log, 1, usePlainSockets: false);
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(line => line));
        var bad = Assert.IsType<CallRefused>(transceiver.CreateCall("v=0\r\n", Config(models)));
        Assert.Equal(CallRefusal.BadOffer, bad.Reason);
        Assert.False(transceiver.HangUp("rtc_unknown"));
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        var late = Assert.IsType<CallRefused>(transceiver.CreateCall("v=0\r\n", Config(models)));
        Assert.Equal(CallRefusal.ShuttingDown, late.Reason);
        Assert.Equal(1, transceiver.Stats.CallsRefused[CallRefusal.BadOffer]);
    }

    [Fact]
    public async Task Forty_calls_at_once_over_two_shards_are_all_answered()
    {
        using var log = new FaultLog();
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(line => $"You wrote {line}, I think."));
        await using var transceiver = Start(log, 2, usePlainSockets: false);
        var reports = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => SelfCall.RunAsync(
            (offer, _) => Task.FromResult(Answer(transceiver, models, offer)), "hello", Hang, TimeProvider.System,
            TestContext.Current.CancellationToken))));
        Assert.All(reports, report => Assert.True(report.FirstSound is not null, report.Error));
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        Assert.Equal(40, transceiver.Stats.CallsConnected);
        Assert.Equal(0, transceiver.Stats.CallsOpen);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Draining_says_goodbye_to_calls_that_are_under_way()
    {
        using var log = new FaultLog();
        var endless = string.Join(' ', Enumerable.Repeat("and so on", 200));
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => endless));
        var observer = new ConnectedObserver();
        await using var transceiver = Start(log, 2, usePlainSockets: false, observer);
        var call = SelfCall.RunAsync(
            (offer, _) => Task.FromResult(Answer(transceiver, models, offer)), "hello", Hang, TimeProvider.System,
            TestContext.Current.CancellationToken);
        await observer.Connected.WaitAsync(Hang, TestContext.Current.CancellationToken);
        await transceiver.DrainAsync(Hang, TestContext.Current.CancellationToken);
        var stats = transceiver.Stats;
        Assert.Equal(0, stats.CallsOpen + stats.CallsWaiting);
        Assert.Equal(1, stats.CallsClosed.Values.Sum());
        // The goodbye reached it: it does not wait for its limit.
        await call.WaitAsync(Hang / 2, TestContext.Current.CancellationToken);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Random_bytes_are_counted_and_do_not_disturb_a_call()
    {
        using var log = new FaultLog();
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "All is well here."));
        await using var transceiver = Start(log, 1, usePlainSockets: false);
        using var stranger = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var random = new Simulation.SeededRandom(3);
        for (var i = 0; i < 500; i++)
        {
            var noise = new byte[1 + random.NextInt(1400)];
            random.Fill(noise);
            await stranger.SendAsync(noise, transceiver.LocalEndPoint, TestContext.Current.CancellationToken);
        }
        var report = await SelfCall.RunAsync(
            (offer, _) => Task.FromResult(Answer(transceiver, models, offer)), "hello", Hang, TimeProvider.System,
            TestContext.Current.CancellationToken);
        Assert.Null(report.Error);
        Assert.NotNull(report.FirstSound);
        Assert.True(transceiver.Stats.Drops["route.UnknownSource"] >= 1);
        Assert.Equal(0, transceiver.Stats.Faults);
    }

    private static CallTransceiver Start(ILoggerFactory log, int shards, bool usePlainSockets, ICallObserver? observer = null) => CallTransceiver.Start(
        new TransceiverConfig
        {
            Local = new IPEndPoint(IPAddress.Loopback, 0),
            Advertised = [new IPEndPoint(IPAddress.Loopback, 0)],
            ShardCount = shards,
            UsePlainSockets = usePlainSockets,
        },
        TimeProvider.System, log, observer);

    private static CallConfig Config(ModelSet models) =>
        new() { Session = new RealtimeSessionConfig { CreatedAt = DateTimeOffset.UnixEpoch }, Models = models };

    private static string Answer(CallTransceiver transceiver, ModelSet models, string offer) =>
        Assert.IsType<CallCreated>(transceiver.CreateCall(offer, Config(models))).AnswerSdp;

    private sealed class ConnectedObserver : ICallObserver
    {
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Connected => _connected.Task;

        public void CallCreated(string callId)
        {
        }

        public void CallConnected(string callId, TimeSpan sinceCreated) => _connected.TrySetResult();

        public void CallClosed(string callId, CallCloseReason reason, TimeSpan duration)
        {
        }
    }
}
