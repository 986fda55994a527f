using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Transceiver;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting;

/// <summary>Opens the ports of calls as the configuration says.</summary>
internal static class TransceiverStart
{
    /// <param name="store">Of the application; null: sessions are kept in memory.</param>
    /// <exception cref="ConfigurationException">A port cannot be opened.</exception>
    public static CallTransceiver Start(ServerConfig config, SocketLimits sockets, ISessionStore? store, TimeProvider time, ILoggerFactory loggers, ICallObserver observer)
    {
        try
        {
            return CallTransceiver.Start(TransceiverOf(config) with { Sockets = sockets, SessionStore = store }, time, loggers, observer);
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

    private static TransceiverConfig TransceiverOf(ServerConfig config) => new()
    {
        Local = config.Udp,
        Tcp = config.Tcp,
        // Port 0: the port that the socket really has.
        Advertised = [.. config.Advertised.Select(address => new IPEndPoint(address, 0))],
        MaxCalls = config.MaxCalls,
        ResumeTime = config.ResumeTime,
    };
}
