using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>
/// Accepts connections for one shard, as many as there is room for. When the system has no descriptor or memory for one more it rests:
/// a listener that cannot be served would wake the shard's thread without end.
/// </summary>
internal sealed class ConnectionAcceptor
{
    /// <summary>The tag of the listener's events.</summary>
    public const ulong Tag = ulong.MaxValue;

    /// <summary>In one round, so that accepting does not starve other work.</summary>
    private const int MaxAccepts = 16;

    private readonly ListeningSocket _listener;
    private readonly Epoll _epoll;
    private readonly ConnectionSet _connections;
    private readonly CounterTable<TcpCounter> _counters;
    private readonly TimeSpan _restTime;

    public ConnectionAcceptor(
        ListeningSocket listener, Epoll epoll, ConnectionSet connections, CounterTable<TcpCounter> counters, TimeSpan restTime)
    {
        _listener = listener;
        _epoll = epoll;
        _connections = connections;
        _counters = counters;
        _restTime = restTime;
        Resume();
    }

    /// <summary>When to <see cref="Resume"/>; <see cref="Instant.Never"/> while it does not rest.</summary>
    public Instant RestsUntil { get; private set; } = Instant.Never;

    public void AcceptAll(Instant now)
    {
        for (var i = 0; i < MaxAccepts; i++)
        {
            var file = _listener.TryAccept(out var remote, out var isExhausted);
            if (file is null)
            {
                if (isExhausted) Rest(now);
                return;
            }
            var connection = new TcpConnection(file, remote, TcpConnectionState.Open, now);
            if (!_connections.TryAdmit(remote, out var refusal))
            {
                _counters.Increment(refusal);
                connection.Close(hard: true);
                continue;
            }
            _counters.Increment(TcpCounter.Accepted);
            _connections.Add(connection, now);
        }
    }

    public void Resume()
    {
        _epoll.TryAdd(_listener.Number, EPOLLIN, Tag);
        RestsUntil = Instant.Never;
    }

    private void Rest(Instant now)
    {
        _counters.Increment(TcpCounter.AcceptFailed);
        _epoll.Remove(_listener.Number);
        RestsUntil = now + _restTime;
    }
}
