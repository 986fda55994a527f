using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Transceiver;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting;

/// <summary>Opens the ports of calls as the configuration says.</summary>
internal static class TransceiverStart
{
    /// <param name="store">Of the application; null: sessions are kept in memory.</param>
    /// <exception cref="ConfigurationException">A port cannot be opened.</exception>
    public static CallTransceiver Start(ServerConfig config, SocketLimits sockets, ISessionStore? store, TimeProvider time, ILoggerFactory loggers, ICallObserver observer,
        RouteSealer? routes, NodeKeys? keys)
    {
        try
        {
            var transceiverConfig = TransceiverOf(config, keys, time) with { Sockets = sockets, SessionStore = store, Routes = routes };
            var transceiver = CallTransceiver.Start(transceiverConfig, time, loggers, observer);
            keys?.Changed = transceiver.SetRouteKeys;
            return transceiver;
        }
        catch (SocketException exception) when (config.Node?.Inner is { } inner)
        {
            throw new ConfigurationException($"The private UDP port {inner} cannot be opened: {exception.Message}. Choose another with --inner (server.inner).", exception);
        }
        catch (SocketException exception)
        {
            throw new ConfigurationException(
                $"The UDP port {config.Udp} cannot be opened: {exception.Message}. Choose another with --udp-port or --udp-listen (server.udpPort, server.udpListen).",
                exception);
        }
        catch (TcpPortException exception)
        {
            throw new ConfigurationException(
                $"The TCP port {config.Tcp} cannot be opened: {exception.Message}. Choose another with --tcp-port or --udp-listen (server.tcpPort, server.udpListen), or none with --no-tcp (server.tcp).",
                exception);
        }
    }

    private static TransceiverConfig TransceiverOf(ServerConfig config, NodeKeys? keys, TimeProvider time) => config.Node switch
    {
        null => Alone(config),
        { HasCalls: true } node => Alone(config) with
        {
            Local = node.Inner!,
            Tcp = null,
            Advertised = [.. node.Ingresses.Select(ingress => ingress.Udp)],
            Relayed = new RelayedConfig { Keys = node.InnerAuth ? keys!.Current : null, Time = time },
            Node = new CallId(node.Cluster, node.Node),
        },
        // Sessions on WebSockets need no port of calls.
        { } node => Alone(config) with
        {
            Local = new IPEndPoint(IPAddress.Loopback, 0),
            Tcp = null,
            Advertised = [new IPEndPoint(IPAddress.Loopback, 0)],
            Node = new CallId(node.Cluster, node.Node),
        },
    };

    private static TransceiverConfig Alone(ServerConfig config) => new()
    {
        Local = config.Udp,
        Tcp = config.Tcp,
        // Port 0: the port that the socket really has.
        Advertised = [.. config.Advertised.Select(address => new IPEndPoint(address, 0))],
        MaxCalls = config.MaxCalls,
        ResumeTime = config.ResumeTime,
        RouteLifetime = config.MaxSession + RouteSlack,
    };

    /// <summary>From the answer to the session's begin, and from its end to the goodbye.</summary>
    private static readonly TimeSpan RouteSlack = TimeSpan.FromMinutes(5);
}
