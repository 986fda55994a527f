using System.Net;
using Parley.Net;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Net.Tcp;
using Parley.Relay.Configuration;
using Parley.Relay.FirstPackets;
using Parley.Relay.Fleet;

namespace Parley.Relay.Streams;

/// <summary>The thread that serves TCP clients: a shard with the listening port, and the inner protocol on its UDP port.</summary>
internal sealed class StreamWorker : IDisposable
{
    private readonly ShardGroup _group;
    private readonly FirstPacketClassifier _firstPackets;
    private readonly InnerAuthenticator? _authenticator;
    private StreamRelay _relay = null!;

    /// <summary>Throws <see cref="System.Net.Sockets.SocketException"/> when a port is taken.</summary>
    public StreamWorker(RelayConfig config, RouteKeyRing ring, IFleet fleet, MonotonicClock clock, TimeProvider time, IRelayEvents events)
    {
        _group = ShardGroup.Bind(new ShardGroupConfig { Local = config.InnerOf(config.Workers), ShardCount = 1 }, clock);
        _firstPackets = new FirstPacketClassifier(ring, time, fleet, config.Limits, SystemRandomSource.Instance);
        _authenticator = config.InnerAuth ? new InnerAuthenticator(ring, time) : null;
        try
        {
            _group.AddTcp(new TcpConfig { Listen = config.Tcp, MaxConnections = config.MaxConnections });
            _group.Start(shard => _relay = new StreamRelay(
                _firstPackets, shard.Connections, (ushort)(config.Ingress + config.Workers), config.InnerMtu, _authenticator, events));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint => _group.TcpEndPoint!;

    public IPEndPoint Inner => _group.LocalEndPoint;

    public int FlowCount => _relay.FlowCount;

    public CounterTable<FirstPacketOutcome> FirstPackets => _firstPackets.Counters;

    public CounterTable<StreamCounter> Counters => _relay.Counters;

    public CounterTable<InnerStatus> InnerCounters => _relay.InnerCounters;

    public CounterTable<TcpCounter> TcpCounters => _group.Shards[0].TcpCounters!;

    public int ConnectionCount => _group.TcpConnectionCount;

    /// <summary>Any thread.</summary>
    public void Use(RouteKeyRing ring)
    {
        _firstPackets.Ring = ring;
        if (_authenticator is not null) _authenticator.Ring = ring;
    }

    /// <summary>Any thread: no connection leads to a transceiver any more that does not do so already.</summary>
    public void Drain() => _firstPackets.Drain();

    public void Dispose()
    {
        _group.Dispose();
        _firstPackets.Dispose();
    }
}
