using System.Globalization;
using System.Net;
using Parley.Relay.FirstPackets;
using Parley.Relay.Limits;

namespace Parley.Relay.Configuration;

/// <summary>A relay's validated configuration.</summary>
public sealed record RelayConfig
{
    /// <summary>Most of a relay's work is in the kernel, which scales with sockets; more than this have never been measured.</summary>
    public const int MaxWorkers = 64;

    private const int MinMtu = 576, MaxMtu = 1472;

    public required IPEndPoint Listen { get; init; }

    /// <summary>Null: no TCP.</summary>
    public IPEndPoint? Tcp { get; init; }

    public required string KeysPath { get; init; }

    public required string FleetPath { get; init; }

    /// <summary>Of the first worker; the next have the ports after it. 0 takes free ones.</summary>
    public required IPEndPoint Inner { get; init; }

    public bool InnerAuth { get; init; }

    public int InnerMtu { get; init; }

    public int Workers { get; init; }

    /// <summary>This relay's number, which transceivers give back.</summary>
    public ushort Ingress { get; init; }

    public TimeSpan MaxTick { get; init; }

    public int MaxFlows { get; init; }

    public int MaxConnections { get; init; }

    public required FirstPacketLimits Limits { get; init; }

    /// <summary>Null: no figures.</summary>
    public IPEndPoint? Metrics { get; init; }

    public TimeSpan DrainTimeout { get; init; }

    /// <summary>The same for a system without IPv6, where "every address" means every one of IPv4.</summary>
    public RelayConfig WithoutIPv6() => this with { Listen = AnyIPv4(Listen), Tcp = Tcp is null ? null : AnyIPv4(Tcp), Inner = AnyIPv4(Inner) };

    /// <exception cref="RelayConfigurationException">An option cannot be used; the message names it.</exception>
    public static RelayConfig From(RelayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var listen = EndPoint("--listen", options.Listen);
        var workers = Range("--workers", options.Workers ?? Math.Clamp(Environment.ProcessorCount / 2, 1, 4), 1, MaxWorkers);
        var inner = EndPoint("--inner", options.Inner);
        if (inner.Port + workers - 1 > IPEndPoint.MaxPort) throw new RelayConfigurationException($"--inner: {workers} ports from {inner.Port} on are needed.");
        var tcp = options.Tcp is { } given ? TcpEndPoint(given, listen.Address) : null;
        return new RelayConfig
        {
            Listen = listen,
            Tcp = tcp,
            KeysPath = options.Keys ?? throw new RelayConfigurationException("--keys: the file of the route keys is missing. `parley keys rotate --keys FILE` makes one."),
            FleetPath = options.Fleet ?? throw new RelayConfigurationException("--fleet: the file of the transceivers is missing."),
            Inner = Apart(inner, workers, listen),
            InnerAuth = options.InnerAuth,
            InnerMtu = Range("--inner-mtu", options.InnerMtu, MinMtu, MaxMtu),
            Workers = workers,
            Ingress = (ushort)Range("--ingress", options.Ingress, 0, ushort.MaxValue),
            MaxTick = Duration("--max-tick", options.MaxTick, TimeSpan.FromMilliseconds(1)),
            MaxFlows = Range("--max-flows", options.MaxFlows, workers, 16_777_216),
            MaxConnections = Range("--max-connections", options.MaxConnections, 1, 1_000_000),
            Limits = LimitsOf(Range("--flows-per-source", options.FlowsPerSource, 1, 1_000_000)),
            Metrics = options.Metrics is { } metrics ? EndPoint("--metrics", metrics) : null,
            DrainTimeout = Duration("--drain-timeout", options.DrainTimeout, TimeSpan.FromDays(1)),
        };
    }

    private static IPEndPoint AnyIPv4(IPEndPoint endPoint) =>
        endPoint.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Any, endPoint.Port) : endPoint;

    private static FirstPacketLimits LimitsOf(int flowsPerSource) => new() { PerSource = new RateLimit(4 * flowsPerSource, flowsPerSource) };

    private static IPEndPoint EndPoint(string option, string text) =>
        EndPointText.TryParse(text, out var endPoint)
            ? endPoint
            : throw new RelayConfigurationException($"{option}: '{text}' is no IP address with a port, such as 0.0.0.0:3478 or [::]:3478.");

    private static IPEndPoint TcpEndPoint(string text, IPAddress address) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new IPEndPoint(address, port) : EndPoint("--tcp", text);

    /// <summary>A client that could reach the inner protocol could speak for others.</summary>
    private static IPEndPoint Apart(IPEndPoint inner, int workers, IPEndPoint listen) =>
        listen.Port != 0 && listen.Port >= inner.Port && listen.Port < inner.Port + workers
            ? throw new RelayConfigurationException($"--inner: ports {inner.Port} to {inner.Port + workers - 1} contain the clients' port {listen.Port}.")
            : inner;

    private static int Range(string option, int value, int from, int to) =>
        value >= from && value <= to
            ? value
            : throw new RelayConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{option}: {value} is not within {from} and {to}."));

    private static TimeSpan Duration(string option, string text, TimeSpan longest) =>
        !DurationText.TryParse(text, out var duration) ? throw new RelayConfigurationException($"{option}: '{text}' is no duration such as 500us, 1ms, 30s or 5m.")
        : duration > longest ? throw new RelayConfigurationException($"{option}: {text} is too long; the longest is {Print(longest)}.")
        : duration;

    private static string Print(TimeSpan duration) =>
        duration < TimeSpan.FromSeconds(1) ? $"{duration.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms" : $"{duration.TotalHours.ToString(CultureInfo.InvariantCulture)}h";
}
