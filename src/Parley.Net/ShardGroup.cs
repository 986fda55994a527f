using System.Net;
using System.Net.Sockets;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net;

/// <summary>
/// The shards of one UDP port, and of one TCP port where <see cref="AddTcp"/> says so. On Linux each has its own socket (SO_REUSEPORT), and the kernel gives all datagrams from
/// one source to one of them.
/// </summary>
public sealed class ShardGroup : IDisposable
{
    private readonly Shard[] _shards;
    private readonly bool _hasPlainSockets;
    private readonly IReadOnlyList<InnerAuthenticator> _authenticators;
    private ListeningSocket? _listener;
    private TcpAdmission? _admission;

    private ShardGroup(Shard[] shards, bool hasPlainSockets, IReadOnlyList<InnerAuthenticator> authenticators)
    {
        _shards = shards;
        _hasPlainSockets = hasPlainSockets;
        _authenticators = authenticators;
    }

    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>Where the port is, with the real number where the configuration said 0.</summary>
    public IPEndPoint LocalEndPoint => _shards[0].LocalEndPoint;

    /// <summary>Where TCP connections are accepted; null where none are.</summary>
    public IPEndPoint? TcpEndPoint => _listener?.LocalAddress.ToEndPoint();

    /// <summary>TCP connections that are open.</summary>
    public int TcpConnectionCount => _admission?.Count ?? 0;

    /// <summary>Binds the sockets. Throws <see cref="SocketException"/> when the port is taken. No thread runs before <see cref="Start"/>.</summary>
    public static ShardGroup Bind(ShardGroupConfig config, MonotonicClock clock)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(config.ShardCount, 1, nameof(config));
        var count = config.UsePlainSockets ? 1 : config.ShardCount;
        var ports = new List<IDatagramPort>(count);
        var authenticators = new List<InnerAuthenticator>();
        try
        {
            // A socket that shares its port binds beside those of any other process of the same user, and the kernel would
            // split the calls between the two. Binding alone first finds out.
            var local = count == 1 ? config.Local : FindFree(config);
            while (ports.Count < count) ports.Add(Open(local, config, isShared: count > 1));
        }
        catch
        {
            foreach (var port in ports) port.Dispose();
            throw;
        }
        if (config.Relayed is { } relayed) ports = [.. RelayedPorts(ports, relayed, authenticators)];
        return new ShardGroup(
            [.. ports.Select((port, index) => new Shard(index, port, clock, config.PostCapacity))], config.UsePlainSockets, authenticators);
    }

    /// <summary>
    /// Lets the shards speak TCP. Call it at most once, before <see cref="Start"/>. Throws <see cref="SocketException"/> when the port is taken,
    /// and <see cref="PlatformNotSupportedException"/> with plain sockets.
    /// </summary>
    public void AddTcp(TcpConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (_shards[0].IsRelayed) throw new InvalidOperationException("The clients' TCP connections are the relays'.");
        if (_hasPlainSockets) throw new PlatformNotSupportedException("TCP needs Linux's own sockets.");
        if (_admission is not null) throw new InvalidOperationException("The shards speak TCP already.");
        _listener = config.Listen is { } local ? Listen(local) : null;
        _admission = new TcpAdmission(config);
        foreach (var shard in _shards) shard.AddTcp(config, _admission, _listener);
    }

    /// <summary>Any thread: other keys for the private network from now on. Only where <see cref="RelayedConfig.Keys"/> were given.</summary>
    public void SetInnerKeys(RouteKeyRing keys)
    {
        foreach (var authenticator in _authenticators) authenticator.Ring = keys;
    }

    /// <summary>Starts one thread for each shard. <paramref name="handlerOf"/> is called here, before any thread runs.</summary>
    public void Start(Func<Shard, IShardHandler> handlerOf)
    {
        ArgumentNullException.ThrowIfNull(handlerOf);
        var handlers = Array.ConvertAll(_shards, shard => handlerOf(shard));
        for (var i = 0; i < _shards.Length; i++) _shards[i].Start(handlers[i]);
    }

    public void Dispose()
    {
        foreach (var shard in _shards) shard.Dispose();
        _listener?.Dispose();
    }

    private static IEnumerable<IDatagramPort> RelayedPorts(IEnumerable<IDatagramPort> ports, RelayedConfig config, List<InnerAuthenticator> authenticators)
    {
        var paths = new ReturnPaths();
        foreach (var port in ports)
        {
            var authenticator = config.Keys is { } keys ? new InnerAuthenticator(keys, config.Time) : null;
            if (authenticator is not null) authenticators.Add(authenticator);
            yield return new RelayedPort(port, paths, authenticator, config.MaxLength, config.Time);
        }
    }

    private ListeningSocket Listen(IPEndPoint local)
    {
        // The UDP port knows whether there is IPv6.
        if (local.Address.Equals(IPAddress.IPv6Any) && LocalEndPoint.Address.Equals(IPAddress.Any)) local = new IPEndPoint(IPAddress.Any, local.Port);
        if (local.Port != 0) return new ListeningSocket(local);
        try
        {
            // One number for both is easier to remember.
            return new ListeningSocket(new IPEndPoint(local.Address, LocalEndPoint.Port));
        }
        catch (SocketException)
        {
            return new ListeningSocket(local);
        }
    }

    private static IPEndPoint FindFree(ShardGroupConfig config)
    {
        using var probe = Open(config.Local, config, isShared: false);
        return probe.LocalAddress.ToEndPoint();
    }

    private static IDatagramPort Open(IPEndPoint local, ShardGroupConfig config, bool isShared)
    {
        try
        {
            return config.UsePlainSockets ? new SocketPort(local) : new MmsgPort(local, isShared, dontFragment: config.Relayed is null);
        }
        catch (SocketException exception)
            when (local.Address.Equals(IPAddress.IPv6Any)
                && exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return Open(new IPEndPoint(IPAddress.Any, local.Port), config, isShared);
        }
    }
}
