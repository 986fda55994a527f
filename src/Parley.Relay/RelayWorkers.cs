using System.Net;
using System.Net.Sockets;
using Parley.Net;
using Parley.Net.Forwarding;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Net.Tcp;
using Parley.Relay.Configuration;
using Parley.Relay.Drain;
using Parley.Relay.FirstPackets;
using Parley.Relay.Fleet;

namespace Parley.Relay;

/// <summary>The threads of a relay that forward, and what each of them asks about first packets and tags. They share nothing but the fleet.</summary>
internal sealed class RelayWorkers : IDisposable
{
    private readonly ForwarderGroup _group;
    private readonly FirstPacketClassifier[] _firstPackets;
    private readonly InnerAuthenticator[] _authenticators;

    /// <summary>Binds the ports and begins to forward. Throws <see cref="SocketException"/> when a port is taken.</summary>
    public RelayWorkers(RelayConfig config, RouteKeyRing ring, IFleet fleet, MonotonicClock clock, TimeProvider time)
    {
        var limits = config.Limits.DividedBy(config.Workers);
        _firstPackets = [.. Enumerable.Range(0, config.Workers).Select(_ => new FirstPacketClassifier(ring, time, fleet, limits, SystemRandomSource.Instance))];
        _authenticators = config.InnerAuth ? [.. Enumerable.Range(0, config.Workers).Select(_ => new InnerAuthenticator(ring, time))] : [];
        try
        {
            _group = Bind(config, clock);
        }
        catch
        {
            DisposeClassifiers();
            throw;
        }
        _group.Start();
    }

    public IPEndPoint Udp => _group.LocalEndPoint;

    public IPEndPoint? Tcp => _group.TcpEndPoint;

    public IReadOnlyList<IPEndPoint> Inner => [.. _group.Workers.Select(worker => worker.InnerEndPoint)];

    public IReadOnlyList<Forwarder> Forwarders => _group.Workers;

    public IReadOnlyList<CounterTable<FirstPacketOutcome>> FirstPackets => [.. _firstPackets.Select(each => each.Counters)];

    /// <summary>Any thread.</summary>
    public RelayTraffic Traffic => new(
        _group.FlowCount, Forwarders.Sum(each => each.Counters[ForwarderCounter.PacketsToTransceivers] + each.Counters[ForwarderCounter.PacketsToClients]));

    public int TcpConnectionCount => _group.TcpConnectionCount;

    /// <summary>Any thread.</summary>
    public void Use(RouteKeyRing ring)
    {
        foreach (var each in _firstPackets) each.Ring = ring;
        foreach (var each in _authenticators) each.Ring = ring;
    }

    /// <summary>Any thread: no flow begins any more.</summary>
    public void Drain()
    {
        foreach (var each in _firstPackets) each.Drain();
    }

    public void Dispose()
    {
        _group.Dispose();
        DisposeClassifiers();
    }

    private ForwarderGroup Bind(RelayConfig config, MonotonicClock clock)
    {
        try
        {
            return ForwarderGroup.Bind(ForwarderConfigOf(config), clock, FirstPacketsOf, AuthenticatorOf(config));
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable && config.WithoutIPv6() != config)
        {
            return ForwarderGroup.Bind(ForwarderConfigOf(config.WithoutIPv6()), clock, FirstPacketsOf, AuthenticatorOf(config));
        }
    }

    private FirstPacketClassifier FirstPacketsOf(int worker) => _firstPackets[worker];

    private Func<int, InnerAuthenticator>? AuthenticatorOf(RelayConfig config) => config.InnerAuth ? worker => _authenticators[worker] : null;

    private static ForwarderConfig ForwarderConfigOf(RelayConfig config) => new()
    {
        Listen = config.Listen,
        Inner = config.Inner,
        Ingress = config.Ingress,
        Workers = config.Workers,
        MaxFlows = config.MaxFlows,
        MaxTick = config.MaxTick,
        MaxInnerLength = config.InnerMtu,
        Tcp = config.Tcp is { } listen ? new TcpConfig { Listen = listen, MaxConnections = config.MaxConnections } : null,
    };

    private void DisposeClassifiers()
    {
        foreach (var each in _firstPackets) each.Dispose();
    }
}
