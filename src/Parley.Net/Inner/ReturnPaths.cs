using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Parley.Net.Tcp;

namespace Parley.Net.Inner;

/// <summary>
/// By which relay each client was heard last, for all shards of a node: a call's shard is not always the one that its packets reach. Looking up takes
/// no lock and allocates nothing; a client that comes by another relay than before moves at once.
/// <para>
/// Bounded: clients that a call keeps stay until it lets go of them, so there are as many as calls allow; of others each shard remembers the
/// newest. A relay passes on nothing whose route is not authentic, but who has one route can invent addresses.
/// </para>
/// </summary>
internal sealed class ReturnPaths : IShardConnections
{
    /// <summary>Relays, each with its workers' sockets; those heard of first after a restart take the place of others.</summary>
    public const int MaxPaths = 4096;

    private readonly ConcurrentDictionary<TransportAddress, Client> _clients = new();
    private readonly ConcurrentDictionary<(TransportAddress Relay, ushort Ingress), RelayPath> _paths = new();

    bool IShardConnections.AreOfUdp => true;

    public int Count => _clients.Count;

    /// <summary>The same object each time, which bundles are kept by.</summary>
    public RelayPath PathOf(TransportAddress relay, ushort ingress)
    {
        if (_paths.TryGetValue((relay, ingress), out var known)) return known;
        // Only operators' machines reach the private port; so many sockets mean that relays came and went for months.
        if (_paths.Count >= MaxPaths) _paths.Clear();
        return _paths.GetOrAdd((relay, ingress), static key => new RelayPath(key.Relay, key.Ingress));
    }

    /// <summary>The client was heard by way of <paramref name="path"/>.</summary>
    /// <param name="strangers">Of the shard that heard it.</param>
    public void Learn(TransportAddress client, RelayPath path, Strangers strangers)
    {
        if (_clients.TryGetValue(client, out var known))
        {
            if (known.Path != path) known.Path = path;
            return;
        }
        var added = new Client(path);
        if (!_clients.TryAdd(client, added)) return;
        if (strangers.Replace(client, added) is { } oldest && !oldest.Value.IsKept) _clients.TryRemove(oldest);
    }

    public bool TryFind(TransportAddress client, [NotNullWhen(true)] out RelayPath? path)
    {
        path = _clients.TryGetValue(client, out var known) ? known.Path : null;
        return path is not null;
    }

    /// <summary>The clients of calls whose way back is <paramref name="path"/>; not those of TCP, whose connections do not outlive a relay.</summary>
    public IEnumerable<TransportAddress> ClientsOf(RelayPath path) => _clients
        .Where(client => client.Value.IsKept && client.Value.Path == path && client.Key.Protocol == TransportProtocol.Udp)
        .Select(client => client.Key);

    /// <inheritdoc/>
    public void Keep(TransportAddress connection)
    {
        if (_clients.TryGetValue(connection, out var client)) client.IsKept = true;
    }

    /// <summary>Whatever shard a packet reaches, the path back is known to all.</summary>
    public bool TryMove(TransportAddress connection, IShardInbox owner) => false;

    /// <inheritdoc/>
    public void Close(TransportAddress connection) => _clients.TryRemove(connection, out _);

    /// <summary>The newest clients that one shard heard of, by age. For one thread.</summary>
    public sealed class Strangers
    {
        public const int Capacity = 4096;

        private readonly KeyValuePair<TransportAddress, Client>?[] _newest = new KeyValuePair<TransportAddress, Client>?[Capacity];
        private int _next;

        /// <summary>Takes one in; returns the oldest, which leaves for it.</summary>
        public KeyValuePair<TransportAddress, Client>? Replace(TransportAddress address, Client client)
        {
            var oldest = _newest[_next];
            _newest[_next] = new(address, client);
            _next = (_next + 1) % Capacity;
            return oldest;
        }
    }

    public sealed class Client(RelayPath path)
    {
        private volatile RelayPath _path = path;
        private volatile bool _isKept;

        public RelayPath Path
        {
            get => _path;
            set => _path = value;
        }

        /// <summary>A call has found the client to be its own.</summary>
        public bool IsKept
        {
            get => _isKept;
            set => _isKept = value;
        }
    }
}
