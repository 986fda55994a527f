using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Net;
using Parley.Net.Routes;
using Parley.Net.Tcp;
using Parley.Realtime.Protocol;
using Parley.Rtc;
using Parley.Transceiver.Models;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver;

/// <summary>
/// The calls of one UDP port, and of one TCP port where there is one: answers offers, finds the call of each datagram, hangs up; and the calls on
/// WebSockets, and the sidebands of both. Thread-safe. A call over WebRTC waits until a shard's socket receives its first valid connectivity check; that shard
/// adopts it, and it never leaves that shard.
/// </summary>
public sealed partial class CallTransceiver : IAsyncDisposable
{
    /// <summary>A shard takes a post within one round; more means that it is overloaded or stopping.</summary>
    private static readonly TimeSpan RenegotiationLimit = TimeSpan.FromSeconds(5);

    private readonly TransceiverConfig _config;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly CallDirectory _directory;
    private readonly CallLedger _ledger;
    private readonly CallFactory _factory;
    private readonly SocketCalls _sockets;
    private readonly ShardGroup _group;
    private readonly List<CallShard> _shards = [];
    private readonly ILogger _logger;
    private MemorySessionStore? _ownStore;
    private bool _isDisposed;

    private CallTransceiver(TransceiverConfig config, TimeProvider time, ILoggerFactory loggers, ICallObserver? observer)
    {
        _config = config;
        _time = time;
        _logger = loggers.CreateLogger<CallTransceiver>();
        _clock = new MonotonicClock(time);
        _directory = new CallDirectory(config.MaxCalls) { Sessions = MakeKeeper() };
        _ledger = new CallLedger(observer, _logger);
        _group = ShardGroup.Bind(NetConfig(config), _clock);
        ListenTcp(config);
        _factory = new CallFactory(
            new CallCertificate(time, config.CertificateLifetime), [.. config.Advertised.Select(Candidate), .. config.Advertised.Take(MaxTcpCandidates).SelectMany(TcpCandidate)], config, SystemRandomSource.Instance,
            ThreadPoolStarter.Instance, time, loggers);
        _sockets = new SocketCalls(_directory, _ledger, _factory, _clock, time, config.Sockets);
        _group.Start(shard =>
        {
            var calls = new CallShard(_directory, shard, shard.Connections, keepsLobby: shard.Index == 0, _ledger);
            _shards.Add(calls);
            return calls;
        });
        TransceiverLog.Listening(_logger, LocalEndPoint.Port, TcpEndPoint is { } tcp ? $"TCP port {tcp.Port}" : "no TCP port", _group.Shards.Count);
    }

    /// <summary>Where the port is, with the real number where the configuration said 0.</summary>
    public IPEndPoint LocalEndPoint => _group.LocalEndPoint;

    /// <summary>Where the TCP port is; null without one.</summary>
    public IPEndPoint? TcpEndPoint => _group.TcpEndPoint;

    /// <summary>How patient calls on WebSockets are.</summary>
    public SocketLimits SocketLimits => _config.Sockets;

    public TransceiverStats Stats => TransceiverReport.Make(_directory, _ledger, _group, _shards, _sockets.Count);

    /// <summary>
    /// Binds the ports and starts the shards. Throws <see cref="System.Net.Sockets.SocketException"/> when the UDP port is taken, and
    /// <see cref="TcpPortException"/> when the TCP port is.
    /// </summary>
    public static CallTransceiver Start(
        TransceiverConfig config, TimeProvider time, ILoggerFactory loggers, ICallObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Advertised.Count == 0) throw new ArgumentException("There must be an address to advertise.", nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.MaxCalls, 1, nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.ResumeTime, TimeSpan.Zero, nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(config.CertificateLifetime, TimeSpan.Zero, nameof(config));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(config.CertificateLifetime, TimeSpan.FromDays(300), nameof(config));
        if (config.Relayed is not null && config.Tcp is not null) throw new ArgumentException("Behind relays the TCP port is theirs.", nameof(config));
        return new CallTransceiver(config, time, loggers, observer);
    }

    /// <summary>Other keys from now on, for the routes of new calls and, where it is authenticated, for the private network. Running calls keep their routes.</summary>
    public void SetRouteKeys(RouteKeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _config.Routes?.Ring = keys;
        _group.SetInnerKeys(keys);
    }

    /// <summary>Answers an offer. The call then waits for the client's first packet.</summary>
    public CreateCallResult CreateCall(string offerSdp, CallConfig config)
    {
        ArgumentNullException.ThrowIfNull(offerSdp);
        ArgumentNullException.ThrowIfNull(config);
        if (!_directory.TryTakePlace()) return RefuseForNow();
        CallEntry? entry;
        try
        {
            if (!_factory.TryCreate(offerSdp, config, _clock.Now, out entry, out var error))
            {
                _directory.ReturnPlace();
                return Refuse(CallRefusal.BadOffer, error.Code, error.Message);
            }
        }
        catch
        {
            _directory.ReturnPlace();
            throw;
        }
        _ledger.Created(entry.Id);
        var created = new CallCreated(entry.Id, entry.Call.AnswerSdp);
        if (entry.Call.SessionId is { } sessionId) _directory.Sessions?.Began(sessionId, config.Owner, () => HangUp(entry, CallCloseReason.TakenOver));
        _directory.Add(entry);
        if (!_directory.IsClosed) return created;
        // Draining has begun since the place was taken. Nobody knows of this call yet, so that its client may as well go elsewhere at once.
        HangUp(entry, CallCloseReason.ShuttingDown);
        return RefuseForNow();
    }

    /// <summary>False when there is no such call. The call says goodbye to the client and ends soon after.</summary>
    public bool HangUp(string callId)
    {
        if (_directory.TryFind(callId, out var entry)) HangUp(entry, CallCloseReason.HungUp);
        else if (_sockets.TryFind(callId, out var socket)) socket.RequestEnd(CallCloseReason.HungUp);
        else return false;
        return true;
    }

    /// <summary>Ends a call for a limit that it has reached: the client gets <paramref name="error"/> as an event first. False when there is no such call.</summary>
    public bool End(string callId, RealtimeError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (_directory.TryFind(callId, out var entry)) HangUp(entry, CallCloseReason.LimitReached, error);
        else if (_sockets.TryFind(callId, out var socket)) socket.RequestEnd(CallCloseReason.LimitReached, error);
        else return false;
        return true;
    }

    /// <summary>
    /// Answers another offer for a call: an ICE restart, when its credentials are new, or another direction. The call goes on meanwhile,
    /// and after a refusal as it was.
    /// </summary>
    public async Task<RenegotiateResult> RenegotiateAsync(string callId, string offerSdp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(offerSdp);
        if (!_directory.TryFind(callId, out var entry)) return new NoSuchCall();
        var renegotiation = new Renegotiation(entry, offerSdp);
        Start(renegotiation);
        try
        {
            return await renegotiation.Result.WaitAsync(RenegotiationLimit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new RenegotiationTimedOut();
        }
    }

    /// <summary>Refuses new calls and says goodbye on all.</summary>
    public void BeginDrain()
    {
        _directory.Close();
        _sockets.CloseAll(CallCloseReason.ShuttingDown);
        foreach (var entry in _directory.Entries) HangUp(entry, CallCloseReason.ShuttingDown);
    }

    /// <summary>Refuses new calls, says goodbye on all, and waits until they are gone or <paramref name="limit"/> has passed.</summary>
    public async Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        BeginDrain();
        try
        {
            await _directory.Emptied.WaitAsync(limit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            TransceiverLog.DrainLimitPassed(_logger, _directory.Count);
        }
    }

    /// <summary>Stops the shards and frees everything; gracefully only as far as <see cref="DrainAsync"/> was awaited before.</summary>
    public ValueTask DisposeAsync()
    {
        if (_isDisposed) return ValueTask.CompletedTask;
        _isDisposed = true;
        _directory.Close();
        _group.Dispose();
        // No thread touches the calls any more.
        foreach (var entry in _directory.Entries) End(entry, CallCloseReason.ShuttingDown);
        _ownStore?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Start(Renegotiation renegotiation)
    {
        var entry = renegotiation.Entry;
        var spin = new SpinWait();
        while (!entry.IsGone)
        {
            if (entry.Owner is { } owner)
            {
                if (owner.TryPost(renegotiation)) return;
            }
            else if (entry.TryClaim())
            {
                try
                {
                    renegotiation.Run(_directory, _clock.Now);
                }
                finally
                {
                    entry.Release();
                }
                return;
            }
            spin.SpinOnce();
        }
        renegotiation.Abandon();
    }

    private void HangUp(CallEntry entry, CallCloseReason reason, RealtimeError? error = null)
    {
        var spin = new SpinWait();
        while (!entry.IsGone)
        {
            if (entry.Owner is { } owner)
            {
                // The queue holds several posts for each call, so it can only be full for a moment.
                if (owner.TryPost(new HangUp(entry, reason, error))) return;
            }
            else if (entry.TryClaim())
            {
                // Nobody is there yet to say goodbye to, but the session may go on elsewhere.
                entry.Call.Close(reason, _clock.Now);
                End(entry, reason);
                return;
            }
            spin.SpinOnce();
        }
    }

    private void End(CallEntry entry, CallCloseReason reason)
    {
        entry.End();
        entry.Call.Dispose();
        _directory.Remove(entry);
        _ledger.Closed(entry.Call, reason, _clock.Now - entry.Call.CreatedAt);
    }

    private CallRefused RefuseForNow() => _directory.IsClosed
        ? Refuse(CallRefusal.ShuttingDown, "shutting_down", "The server is shutting down and takes no new calls.")
        : Refuse(CallRefusal.AtCapacity, "too_many_calls", $"All {_config.MaxCalls} calls that the server takes at a time are in use. Try again later.");

    private CallRefused Refuse(CallRefusal reason, string code, string message)
    {
        _ledger.Refused(reason);
        return new CallRefused(reason, code, message);
    }

    private TransportAddress Candidate(IPEndPoint advertised) =>
        TransportAddress.From(advertised.Address, advertised.Port == 0 ? LocalEndPoint.Port : advertised.Port);

    private IEnumerable<TransportAddress> TcpCandidate(IPEndPoint advertised)
    {
        if (TcpEndPoint is { } tcp) yield return TransportAddress.From(advertised.Address, tcp.Port) with { Protocol = TransportProtocol.Tcp };
    }

    private void ListenTcp(TransceiverConfig config)
    {
        if (config.Tcp is not { } local || config.UsePlainSockets) return;
        try
        {
            _group.AddTcp(new TcpConfig { Listen = local, MaxConnections = (config.MaxCalls * ConnectionsPerCall) + SpareConnections });
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            _group.Dispose();
            throw new TcpPortException(exception);
        }
    }

    private SessionKeeper? MakeKeeper()
    {
        if (_config.ResumeTime == TimeSpan.Zero) return null;
        var store = _config.SessionStore ?? (_ownStore = new MemorySessionStore(_time));
        return new SessionKeeper(store, _config.ResumeTime, ThreadPoolStarter.Instance, _logger);
    }

    private static ShardGroupConfig NetConfig(TransceiverConfig config)
    {
        var net = new ShardGroupConfig
        {
            Local = config.Local,
            UsePlainSockets = config.UsePlainSockets,
            Relayed = config.Relayed,
            // For each call at most one note of its models is under way, and a few hang-ups.
            PostCapacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(config.MaxCalls * 4) + 64),
        };
        return config.ShardCount is { } count ? net with { ShardCount = count } : net;
    }

    /// <summary>Clients open a connection to each, whether they need it or not.</summary>
    private const int MaxTcpCandidates = 4;

    /// <summary>A client closes all but one when it has chosen.</summary>
    private const int ConnectionsPerCall = 2;

    private const int SpareConnections = 1024;
}
