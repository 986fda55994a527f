using System.Net;
using System.Net.Sockets;
using Parley.Net.Sockets;

namespace Parley.Net;

/// <summary>
/// The shards of one UDP port. On Linux each has its own socket (SO_REUSEPORT), and the kernel gives all datagrams from
/// one source to one of them.
/// </summary>
public sealed class ShardGroup : IDisposable
{
    private readonly Shard[] _shards;

    private ShardGroup(Shard[] shards) => _shards = shards;

    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>Where the port is, with the real number where the configuration said 0.</summary>
    public IPEndPoint LocalEndPoint => _shards[0].LocalEndPoint;

    /// <summary>Binds the sockets. Throws <see cref="SocketException"/> when the port is taken. No thread runs before <see cref="Start"/>.</summary>
    public static ShardGroup Bind(ShardGroupConfig config, MonotonicClock clock)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(config.ShardCount, 1, nameof(config));
        var count = config.UsePlainSockets ? 1 : config.ShardCount;
        var ports = new List<IDatagramPort>(count);
        try
        {
            // A socket that shares its port binds beside those of any other process of the same user, and the kernel would
            // split the calls between the two. Binding alone first finds out.
            var local = count == 1 ? config.Local : FindFree(config);
            while (ports.Count < count) ports.Add(Open(local, config.UsePlainSockets, isShared: count > 1));
        }
        catch
        {
            foreach (var port in ports) port.Dispose();
            throw;
        }
        return new ShardGroup([.. ports.Select((port, index) => new Shard(index, port, clock, config.PostCapacity))]);
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
    }

    private static IPEndPoint FindFree(ShardGroupConfig config)
    {
        using var probe = Open(config.Local, config.UsePlainSockets, isShared: false);
        return probe.LocalAddress.ToEndPoint();
    }

    private static IDatagramPort Open(IPEndPoint local, bool usePlainSockets, bool isShared)
    {
        try
        {
            return usePlainSockets ? new SocketPort(local) : new MmsgPort(local, isShared);
        }
        catch (SocketException exception)
            when (local.Address.Equals(IPAddress.IPv6Any)
                && exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return Open(new IPEndPoint(IPAddress.Any, local.Port), usePlainSockets, isShared);
        }
    }
}
