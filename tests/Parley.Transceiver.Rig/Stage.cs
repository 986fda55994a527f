using Parley.Net;
using Parley.Net.Impairment;
using Parley.Realtime;
using Parley.Realtime.Settings;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Speech;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Rig;

/// <summary>
/// A whole deployment on virtual time: one or more shards, simulated networks, callers, and models on a deterministic pump. Everything
/// but OpenSSL's own random bytes follows from the seed.
/// </summary>
internal sealed class Stage : IDisposable
{
    public static readonly TransportAddress ServerAddress = TransportAddress.FromIPv4(0x7F000001, 3478);

    private static readonly DateTimeOffset CertificateTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<DtlsCertificate> CallerCertificate = new(() => DtlsCertificate.Create(CertificateTime));

    public static readonly TimeSpan ResumeTime = TimeSpan.FromMinutes(2);

    private readonly SeededRandom _random;
    private readonly CallFactory _factory;
    private readonly List<SimulatedCaller> _callers = [];
    private ushort _nextCallerPort = 40_000;

    /// <param name="models">Null: calls are echoes.</param>
    public Stage(ulong seed, ModelSet? models, int shards = 1, int maxCalls = 1000, TransceiverConfig? config = null)
    {
        _random = new SeededRandom(seed);
        Models = models;
        Time = new VirtualTimeProvider(Clock);
        Store = new MemorySessionStore(Time);
        Directory = new CallDirectory(maxCalls) { Sessions = new SessionKeeper(Store, ResumeTime, new PumpStarter(Pump), Log) };
        Observer = new RecordingObserver(Clock);
        Ledger = new CallLedger(Observer, Log);
        config ??= new TransceiverConfig { Advertised = [ServerAddress.ToEndPoint()] };
        _factory = new CallFactory(
            new CallCertificate(Time, TimeSpan.FromDays(30)), [ServerAddress], config, _random.Fork(), new PumpStarter(Pump), Time, Log);
        Sockets = new SocketCalls(Directory, Ledger, _factory, new MonotonicClock(Time), Time, config.Sockets);
        Servers = [.. Enumerable.Range(0, shards).Select(i => new SimulatedServer(Clock, Directory, Ledger, keepsLobby: i == 0))];
    }

    public VirtualClock Clock { get; } = new();

    public ModelPump Pump { get; } = new();

    public VirtualTimeProvider Time { get; }

    public ModelSet? Models { get; }

    public CallDirectory Directory { get; }

    public CallLedger Ledger { get; }

    /// <summary>The calls on WebSockets.</summary>
    public SocketCalls Sockets { get; }

    public MemorySessionStore Store { get; }

    public RecordingObserver Observer { get; }

    /// <summary>What runs on WebSockets.</summary>
    public List<Task> Running { get; } = [];

    public FaultLog Log { get; } = new();

    public IReadOnlyList<SimulatedServer> Servers { get; }

    public SimulatedServer Server => Servers[0];

    /// <summary>A caller with its own two links; its packets reach the given shard. It has its answer, and its first check is on the way.</summary>
    public SimulatedCaller Call(LinkConditions? conditions = null, int shard = 0, SessionSettings? settings = null, RealtimeSessionConfig? session = null)
    {
        var caller = MakeCaller(conditions, shard);
        caller.Accept(Answer(caller.Machine.OfferSdp, settings, session).Call.AnswerSdp);
        return caller;
    }

    public SimulatedCaller MakeCaller(LinkConditions? conditions = null, int shard = 0)
    {
        var caller = new SimulatedCaller(Clock, CallerCertificate.Value, NextAddress(), _random.Fork());
        _callers.Add(caller);
        Connect(caller, conditions ?? LinkConditions.Perfect, Servers[shard]);
        return caller;
    }

    /// <summary>Frees a caller that is not needed any more; what its packets are to the server stays as it was.</summary>
    public void Leave(SimulatedCaller caller)
    {
        caller.IsAlive = false;
        caller.Dispose();
        _callers.Remove(caller);
        foreach (var server in Servers) server.Links.Remove(caller.Address);
    }

    public TransportAddress NextAddress() => TransportAddress.FromIPv4(0x7F000001, _nextCallerPort++);

    /// <summary>Lays the two links between a caller's present address and a shard.</summary>
    public void Connect(SimulatedCaller caller, LinkConditions conditions, SimulatedServer server)
    {
        caller.ToServer = new SimulatedLink(Clock, _random.Fork(), server.Receive) { Conditions = conditions };
        var toCaller = new SimulatedLink(Clock, _random.Fork(), caller.Receive) { Conditions = conditions };
        foreach (var each in Servers) each.Links[caller.Address] = toCaller;
    }

    /// <summary>A client on a WebSocket; its session begins when the stage runs on.</summary>
    public ScriptedSocket OpenSocket(SessionSettings? settings = null, ScriptedSocket? socket = null, string? owner = null, SessionSnapshot? resumed = null)
    {
        if (!Directory.TryTakePlace()) throw new InvalidOperationException("The directory is full.");
        var session = new RealtimeSessionConfig { CreatedAt = Time.GetUtcNow(), Settings = settings ?? SessionSettings.Default };
        var connection = Sockets.Create(new CallConfig { Session = session, Models = Models, Owner = owner, Resumed = resumed });
        socket ??= new ScriptedSocket();
        Pump.Post(_ => Running.Add(connection.RunAsync(socket)), null);
        return socket;
    }

    /// <summary>A sideband of a call over WebRTC, or on a WebSocket.</summary>
    public ScriptedSocket Attach(ISidebandHost host, ScriptedSocket? socket = null)
    {
        if (!host.TryTakeSidebandPlace()) throw new InvalidOperationException("The call has no place for it.");
        var connection = new SidebandConnection(host, Sockets.Budget, Sockets.Limits, Time);
        socket ??= new ScriptedSocket();
        Pump.Post(_ => Running.Add(connection.RunAsync(socket)), null);
        return socket;
    }

    public CallEntry Answer(string offer, SessionSettings? settings = null, RealtimeSessionConfig? session = null, string? owner = null, SessionSnapshot? resumed = null)
    {
        session ??= new RealtimeSessionConfig { CreatedAt = Time.GetUtcNow(), Settings = settings ?? SessionSettings.Default };
        var config = new CallConfig { Session = session, Models = Models, Owner = owner, Resumed = resumed };
        if (!Directory.TryTakePlace()) throw new InvalidOperationException("The directory is full.");
        if (!_factory.TryCreate(offer, config, Clock.Now, out var entry, out var error)) throw new InvalidOperationException(error.Message);
        Ledger.Created(entry.Id);
        if (entry.Call.SessionId is { } sessionId)
            Directory.Sessions!.Began(sessionId, owner, () => entry.Owner!.TryPost(new HangUp(entry, CallCloseReason.TakenOver)));
        Directory.Add(entry);
        return entry;
    }

    public void RunFor(TimeSpan span) => RunUntil(Clock.Now + span);

    public void RunUntil(Instant end)
    {
        Pump.RunUntilQuiescent();
        while (Clock.TryStep(end)) Pump.RunUntilQuiescent();
        Clock.RunUntil(end);
    }

    /// <summary>Runs until <paramref name="condition"/> holds; throws, naming the phase, when <paramref name="within"/> passes first.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan within, string phase)
    {
        var end = Clock.Now + within;
        Pump.RunUntilQuiescent();
        while (!condition())
        {
            if (!Clock.TryStep(end)) throw new TimeoutException($"On virtual time: {phase} did not happen within {within}.{Environment.NewLine}{Account()}");
            Pump.RunUntilQuiescent();
        }
    }

    /// <summary>What has happened, for the message of a test that fails.</summary>
    private string Account() => string.Join(Environment.NewLine,
        Observer.Lives.Select(life => $"{life.At} call {life.What}")
            .Concat(_callers.SelectMany(caller => caller.Events.Select(e => $"{e.At} {e.Type}")))
            .Concat(_callers.Select(caller => $"caller: {caller.Machine.State}, heard {caller.Heard.Count} samples, speaks: {caller.Machine.IsSpeaking}"))
            .Concat(Log.Faults.Select(fault => fault.ToString()))
            .Append($"now {Clock.Now}"));

    public void Dispose()
    {
        foreach (var entry in Directory.Entries) entry.Call.Dispose();
        Sockets.CloseAll(CallCloseReason.ShuttingDown);
        Pump.RunUntilQuiescent();
        foreach (var caller in _callers) caller.Dispose();
    }
}

internal sealed class RecordingObserver(VirtualClock clock) : ICallObserver
{
    public List<(Instant At, string What)> Lives { get; } = [];

    public List<CallCloseReason> Closed { get; } = [];

    public void CallCreated(string callId) => Lives.Add((clock.Now, "created"));

    public void CallConnected(string callId, TimeSpan sinceCreated) => Lives.Add((clock.Now, "connected"));

    public void CallClosed(string callId, CallCloseReason reason, TimeSpan duration)
    {
        Closed.Add(reason);
        Lives.Add((clock.Now, $"closed {reason}"));
    }
}
