using System.Net;

namespace Parley.Hosting.Configuration;

/// <summary>What makes a server a node of a fleet, validated. Immutable.</summary>
public sealed record NodeConfig
{
    private NodeConfig()
    {
    }

    /// <summary>The number of the fleet's cluster; relays and nodes of another one have nothing to do with this one.</summary>
    public required ushort Cluster { get; init; }

    /// <summary>This node's number in the cluster; of a node without calls 0, which nothing refers to.</summary>
    public required ushort Node { get; init; }

    public required IReadOnlyList<NodeRole> Roles { get; init; }

    /// <summary>The private UDP address that relays bring packets to; null: a node without calls.</summary>
    public required IPEndPoint? Inner { get; init; }

    /// <summary>Datagrams of the private network are authenticated.</summary>
    public required bool InnerAuth { get; init; }

    /// <summary>What clients are told to send to, most preferred first.</summary>
    public required IReadOnlyList<Ingress> Ingresses { get; init; }

    public required RegionMap Regions { get; init; }

    /// <summary>Route keys, shared with relays and other nodes.</summary>
    public required string RouteKeysFile { get; init; }

    /// <summary>Where the other nodes are; null: nothing is passed on to them.</summary>
    public required string? FleetFile { get; init; }

    /// <summary>The private TCP address at which other nodes pass on what is for calls of this one; null: nowhere.</summary>
    public required IPEndPoint? Api { get; init; }

    public bool HasCalls => Roles.Contains(NodeRole.Transceiver);

    /// <summary>Null: the server stands alone.</summary>
    /// <exception cref="ConfigurationException">With what to change.</exception>
    internal static NodeConfig? From(ServerOptions options)
    {
        var roles = options.Roles ?? [NodeRole.Api, NodeRole.Transceiver];
        if (roles.Count == 0) throw new ConfigurationException("server.roles is empty: name 'transceiver', 'api' or both, or leave it out.");
        if (roles.Distinct().Count() != roles.Count) throw new ConfigurationException("server.roles names a role twice.");
        if (!IsOfFleet(options))
        {
            if (options.InnerAuth || options.Cluster != 0 || options.Regions.Count > 0)
                throw new ConfigurationException("server.cluster, server.regions and server.innerAuth are for a node of a fleet: set server.node (--node) with them, or remove them.");
            return null;
        }
        if (options.RouteKeysFile is not { } routeKeysFile)
            throw new ConfigurationException("server.routeKeysFile (--keys) is missing: a node of a fleet shares its route keys with the relays. `parley keys rotate` makes the file.");
        var config = new NodeConfig
        {
            Cluster = Number(options.Cluster, "server.cluster"),
            Node = Number(options.Node ?? 0, "server.node"),
            Roles = roles,
            Inner = options.Inner is { } inner ? EndPoint(inner, "server.inner") : null,
            InnerAuth = options.InnerAuth,
            Ingresses = [.. options.RelayAdvertise.Select(ParseIngress)],
            Regions = RegionMap.From(options.Regions, [.. options.RelayAdvertise.Select(ParseIngress)]),
            RouteKeysFile = routeKeysFile,
            FleetFile = options.FleetFile,
            Api = options.NodeApi is { } api ? EndPoint(api, "server.nodeApi") : null,
        };
        if (config.HasCalls) CheckTransceiver(config, options);
        else CheckApi(config, options);
        return config;
    }

    private static bool IsOfFleet(ServerOptions options) =>
        options.Roles is not null || options.Node is not null || options.Inner is not null || options.FleetFile is not null || options.NodeApi is not null
        || options.RelayAdvertise.Count > 0;

    private static void CheckTransceiver(NodeConfig config, ServerOptions options)
    {
        if (options.Node is null) throw Missing("server.node (--node)", "the number by which relays know it, 0 to 65535");
        if (config.Inner is null) throw Missing("server.inner (--inner)", "the private address at which relays bring it packets, such as 10.0.0.7:4000");
        if (config.Ingresses.Count == 0) throw Missing("server.relayAdvertise (--relay-advertise)", $"where clients reach the relays: {Ingress.Form}");
        if (options.Advertise is { Count: > 0 } || options.UdpListen is not null || options.TcpPort is not null)
            throw new ConfigurationException(
                "server.inner is set: clients come by way of relays, and this node opens no port for them. Remove server.advertise, server.udpListen and server.tcpPort (--advertise, --udp-listen, --tcp-port).");
    }

    private static void CheckApi(NodeConfig config, ServerOptions options)
    {
        if (config.FleetFile is null) throw new ConfigurationException("server.roles is api alone, and server.fleetFile (--fleet) is missing: without it the node finds no transceiver.");
        if (config.Inner is not null || config.Ingresses.Count > 0 || options.Node is not null)
            throw new ConfigurationException("server.roles is api alone: server.node, server.inner and server.relayAdvertise are for transceivers. Remove them, or add the role 'transceiver'.");
    }

    private static ConfigurationException Missing(string key, string what) => new($"{key} is missing: a transceiver behind relays needs it, {what}.");

    private static Ingress ParseIngress(string text) =>
        Ingress.TryParse(text, out var ingress) ? ingress : throw new ConfigurationException($"server.relayAdvertise: '{text}' is not {Ingress.Form}.");

    private static IPEndPoint EndPoint(string text, string name) =>
        Ingress.TryParseEndPoint(text, out var endPoint) ? endPoint : throw new ConfigurationException($"{name}: '{text}' is not an IP address with a port, such as 10.0.0.7:4000.");

    private static ushort Number(int number, string name) =>
        number is >= 0 and <= ushort.MaxValue ? (ushort)number : throw new ConfigurationException($"{name}: {number} is not a number of 0 to 65535.");
}
