using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Parley.Net;
using Parley.Transceiver.Models;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// The calls that live on WebSockets. They take places of the same directory as calls over WebRTC, and stand in the same ledger. Thread-safe.
/// </summary>
internal sealed class SocketCalls(CallDirectory directory, CallLedger ledger, CallFactory factory, MonotonicClock clock, TimeProvider time, SocketLimits limits)
{
    private readonly ConcurrentDictionary<string, SocketConnection> _byId = new(StringComparer.Ordinal);

    public MonotonicClock Clock => clock;

    public TimeProvider Time => time;

    public SocketLimits Limits => limits;

    public MessageBudget Budget { get; } = new(limits.MaxMessageBytes);

    public int Count => _byId.Count;

    /// <summary>Makes a call for which a place was taken.</summary>
    public SocketConnection Create(CallConfig config)
    {
        var signal = new AsyncSignal();
        var call = factory.CreateSocketCall(config, signal.Set, clock.Now);
        var connection = new SocketConnection(this, call, signal);
        ledger.Created(call.Id);
        _byId[call.Id] = connection;
        directory.Sessions?.Began(call.Id, config.Owner, () => connection.RequestEnd(CallCloseReason.TakenOver));
        // Draining may have begun since the place was taken, and have missed this call.
        if (directory.IsClosed) connection.RequestEnd(CallCloseReason.ShuttingDown);
        return connection;
    }

    public bool TryFind(string id, [NotNullWhen(true)] out SocketConnection? connection) => _byId.TryGetValue(id, out connection);

    public void CloseAll(CallCloseReason reason)
    {
        foreach (var (_, connection) in _byId) connection.RequestEnd(reason);
    }

    public void NoteDraining(Instant end)
    {
        foreach (var (_, connection) in _byId) connection.NoteDraining(end);
    }

    public void Connected(SocketCall call) => ledger.Connected(call.Id, clock.Now - call.CreatedAt);

    public void Faulted(SocketCall call, Exception exception) => ledger.Faulted(call.Id, exception);

    public void Remove(SocketConnection connection, SocketCall call)
    {
        _byId.TryRemove(new(call.Id, connection));
        directory.ReturnPlace();
        ledger.Closed(call.Id, call.CloseReason!.Value, clock.Now - call.CreatedAt);
        directory.Sessions?.Ended(call.Id, call.Remains);
    }
}
