using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Parley.Hosting.Configuration;

/// <summary>Validated <see cref="ServerOptions"/>. Immutable.</summary>
public sealed record ServerConfig(
    IPEndPoint Http, IPEndPoint Udp, IPEndPoint? Tcp, IReadOnlyList<IPAddress> Advertised, IReadOnlyList<string> Origins,
    IReadOnlyList<string> Hosts, IReadOnlyList<string> ApiKeys, int MaxCalls, AgentKind Agent)
{
    /// <summary>Checks what the operator set, and looks up what was left open.</summary>
    /// <exception cref="ConfigurationException">With what to change.</exception>
    public static ServerConfig From(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var listen = Address(options.Listen, "server.listen");
        var udpListen = options.UdpListen is null ? IPAddress.IPv6Any : Address(options.UdpListen, "server.udpListen");
        var advertised = options.Advertise is { Count: > 0 } given
            ? [.. given.Select(address => Address(address, "server.advertise"))]
            : AddressesOf(udpListen);
        var keys = (Environment.GetEnvironmentVariable(options.ApiKeysEnvironmentVariable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!IPAddress.IsLoopback(listen) && keys.Length == 0)
            throw new ConfigurationException(
                $"server.listen is {options.Listen}, which others can reach, and no API key is set. Put keys, separated by commas, "
                + $"into the environment variable {options.ApiKeysEnvironmentVariable}, or listen on 127.0.0.1.");
        foreach (var origin in options.Origins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || uri.Scheme is not ("http" or "https"))
                throw new ConfigurationException($"server.origins: '{origin}' is not an origin such as https://app.example.");
        if (options.MaxCalls < 1) throw new ConfigurationException("server.maxCalls must be at least 1.");
        return new ServerConfig(
            new IPEndPoint(listen, Port(options.Port, "server.port")),
            new IPEndPoint(udpListen, Port(options.UdpPort, "server.udpPort")),
            TcpOf(options, udpListen),
            advertised,
            options.Origins,
            [.. options.Hosts, .. IsAny(listen) ? [] : new[] { Bracketed(listen) }],
            keys,
            options.MaxCalls,
            options.Agent);
    }

    /// <summary>Loopback first, for a browser on the same machine; then every address that another machine could use.</summary>
    private static IPAddress[] AddressesOf(IPAddress udpListen)
    {
        if (!IsAny(udpListen)) return [udpListen];
        var found = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address))
            .Where(address => udpListen.Equals(IPAddress.IPv6Any) || address.AddressFamily == AddressFamily.InterNetwork)
            .Where(address => !address.IsIPv6LinkLocal && !address.IsIPv6Multicast);
        return [IPAddress.Loopback, .. found.Take(MaxAdvertised)];
    }

    private static IPEndPoint? TcpOf(ServerOptions options, IPAddress listen)
    {
        if (options.TcpPort is { } port)
        {
            if (!options.Tcp) throw new ConfigurationException("server.tcpPort is set and server.tcp is false: remove one of them.");
            if (!OperatingSystem.IsLinux()) throw new ConfigurationException("server.tcpPort is set, and calls over TCP need Linux: remove it.");
            return new IPEndPoint(listen, Port(port, "server.tcpPort"));
        }
        return options.Tcp && OperatingSystem.IsLinux() ? new IPEndPoint(listen, options.UdpPort) : null;
    }

    private static IPAddress Address(string text, string name) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new ConfigurationException($"{name}: '{text}' is not an IP address. Use one such as 127.0.0.1 or ::1.");

    private static int Port(int port, string name) =>
        port is >= 0 and <= 65_535 ? port : throw new ConfigurationException($"{name}: {port} is not a port (0…65535; 0 takes a free one).");

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    /// <summary>More candidates than this only slow a client's checks down.</summary>
    private const int MaxAdvertised = 7;
}
