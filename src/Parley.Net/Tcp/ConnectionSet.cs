using System.Diagnostics.CodeAnalysis;
using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>
/// The connections that a shard holds, from their admission to their end: each is watched by the shard's epoll descriptor, and each that is
/// closed is closed for one reason, which is counted. Everything that bounds how long one lives is here.
/// </summary>
internal sealed class ConnectionSet(
    TcpConfig config, TcpAdmission admission, Epoll epoll, CounterTable<TcpCounter> counters, Action<TransportAddress> disconnected)
{
    private readonly ConnectionTable _table = new();

    /// <summary>When <see cref="Sweep"/> has something to look after.</summary>
    public Instant NextSweep { get; private set; } = Instant.Never;

    public bool TryFind(TransportAddress remote, [NotNullWhen(true)] out TcpConnection? connection) => _table.TryFind(remote, out connection);

    /// <param name="tag">Of an event. Whoever was closed a moment ago has events left.</param>
    public bool TryFind(ulong tag, [NotNullWhen(true)] out TcpConnection? connection) => _table.TryFind(tag, out connection);

    /// <summary>Takes a place for a connection that a peer made; the oldest that no call keeps may have to give way.</summary>
    /// <param name="refusal">Why not, when false.</param>
    public bool TryAdmit(TransportAddress remote, out TcpCounter refusal)
    {
        var isAdmitted = admission.TryEnter(remote, out refusal)
            || (refusal == TcpCounter.RefusedTooMany && TryEvict() && admission.TryEnter(remote, out refusal));
        if (isAdmitted && _table.UnprovenCount >= config.MaxUnproven) TryEvict();
        return isAdmitted;
    }

    /// <summary>Takes a connection that was admitted. It replaces another from the same address.</summary>
    public void Add(TcpConnection connection, Instant now)
    {
        if (_table.TryFind(connection.Remote, out var known)) Close(known, TcpCounter.ClosedReplaced);
        _table.Add(connection);
        epoll.TryAdd(connection.Number, Wanted(connection), connection.Tag);
        if (NextSweep.IsNever) NextSweep = now + config.SweepPeriod;
    }

    /// <summary>Watches for what the connection now waits for.</summary>
    public void Watch(TcpConnection connection) => epoll.TryChange(connection.Number, Wanted(connection), connection.Tag);

    public void Keep(TransportAddress remote)
    {
        if (_table.TryFind(remote, out var connection)) _table.MarkProven(connection);
    }

    /// <summary>Holds it no more; it stays open, and keeps its place among those admitted.</summary>
    public void LetGo(TcpConnection connection)
    {
        epoll.Remove(connection.Number);
        _table.Remove(connection);
    }

    public void Close(TcpConnection connection, TcpCounter reason)
    {
        _table.Remove(connection);
        admission.Leave(connection.Remote);
        counters.Increment(reason);
        // Closing takes it out of the epoll set, as no other descriptor leads to it. Whoever ends well is not reset.
        connection.Close(hard: reason is not (TcpCounter.ClosedByPeer or TcpCounter.ClosedWithCall));
        disconnected(connection.Remote);
    }

    /// <summary>Closes whoever has had his time.</summary>
    public void Sweep(Instant now)
    {
        foreach (var connection in _table.Places)
            if (connection is not null && ReasonToClose(connection, now) is { } reason) Close(connection, reason);
        NextSweep = _table.Count > 0 ? now + config.SweepPeriod : Instant.Never;
    }

    /// <summary>At the end of the shard: nobody is told.</summary>
    public void CloseAll()
    {
        foreach (var connection in _table.Places) connection?.Close(hard: false);
    }

    private bool TryEvict()
    {
        if (_table.OldestUnproven is not { } oldest) return false;
        Close(oldest, TcpCounter.ClosedEvicted);
        return true;
    }

    private TcpCounter? ReasonToClose(TcpConnection connection, Instant now)
    {
        var isYoung = now - connection.OpenedAt < config.UnprovenTime;
        if (now >= connection.ClosesAt) return TcpCounter.ClosedWithCall;
        if (!isYoung && connection.State == TcpConnectionState.Connecting) return TcpCounter.ConnectFailed;
        if (!connection.BlockedSince.IsNever && now - connection.BlockedSince >= config.StuckTime) return TcpCounter.ClosedStuck;
        if (!isYoung && !connection.IsProven) return TcpCounter.ClosedUnproven;
        return now - connection.LastFrameAt >= config.IdleTime ? TcpCounter.ClosedIdle : null;
    }

    private static uint Wanted(TcpConnection connection) =>
        connection.State == TcpConnectionState.Connecting ? EPOLLOUT
        : connection.Backlog.IsEmpty ? EPOLLIN : EPOLLIN | EPOLLOUT;
}
