using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Parley.Hosting.Access;

namespace Parley.Hosting.Configuration;

/// <summary>Validated <see cref="ServerOptions"/>. Immutable.</summary>
public sealed record ServerConfig
{
    private ServerConfig()
    {
    }

    public required IPEndPoint Http { get; init; }

    public required IPEndPoint Udp { get; init; }

    /// <summary>Null: HTTP without TLS.</summary>
    public required TlsConfig? Tls { get; init; }

    /// <summary>Null: no calls over TCP.</summary>
    public required IPEndPoint? Tcp { get; init; }

    public required IReadOnlyList<IPAddress> Advertised { get; init; }

    public required IReadOnlyList<string> Origins { get; init; }

    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Those of the environment and of parley.json. Empty, and no <see cref="KeysFile"/>: everyone may call.</summary>
    public required IReadOnlyList<KeyConfig> Keys { get; init; }

    /// <summary>Where more of them are; null: nowhere.</summary>
    internal ApiKeysFile? KeysFile { get; private init; }

    /// <summary>Of keys that have none of their own, and of everyone where there are no keys.</summary>
    public required KeyLimits Limits { get; init; }

    public required int MaxCalls { get; init; }

    public required TimeSpan MaxSession { get; init; }

    /// <summary>How long a session whose connection was lost can be resumed; zero: it ends with its connection.</summary>
    public required TimeSpan ResumeTime { get; init; }

    public required AgentKind Agent { get; init; }

    /// <summary>How long calls may go on when the server is told to stop.</summary>
    public required TimeSpan DrainTime { get; init; }

    /// <summary>Null: the server stands alone.</summary>
    public required NodeConfig? Node { get; init; }

    /// <summary>Texts that client tokens are sealed with, the newest first; empty: each process makes its own.</summary>
    internal IReadOnlyList<string> TokenSecrets { get; private init; } = [];

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
        var keys = KeyConfig.AllOf(options);
        var keysFile = options.KeysFile is { } path ? new ApiKeysFile(path, options.Limits) : null;
        KeyConfig.CheckDifferent([.. keys, .. keysFile?.Read() ?? []]);
        if (!IPAddress.IsLoopback(listen) && keys.Count == 0 && keysFile is null)
            throw new ConfigurationException(
                $"server.listen is {options.Listen}, which others can reach, and no API key is set. Put keys, separated by commas, "
                + $"into the environment variable {options.ApiKeysEnvironmentVariable}, or their hashes into server.keys (`parley keys create NAME`), or listen on 127.0.0.1.");
        foreach (var origin in options.Origins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || uri.Scheme is not ("http" or "https"))
                throw new ConfigurationException($"server.origins: '{origin}' is not an origin such as https://app.example.");
        if (options.MaxCalls < 1) throw new ConfigurationException("server.maxCalls must be at least 1.");
        if (options.MaxSessionMinutes is not (>= 1 and <= MaxSessionLimit)) throw new ConfigurationException($"server.maxSessionMinutes must be 1 to {MaxSessionLimit}.");
        if (options.ResumeSeconds is not (>= 0 and <= MaxResumeSeconds)) throw new ConfigurationException($"server.resumeSeconds must be 0 to {MaxResumeSeconds}; 0 switches resuming off.");
        if (options.DrainSeconds is not (null or (>= 0 and <= MaxDrainSeconds))) throw new ConfigurationException($"server.drainSeconds must be 0 to {MaxDrainSeconds}.");
        var node = NodeConfig.From(options);
        return new ServerConfig
        {
            Http = new IPEndPoint(listen, Port(options.Port, "server.port")),
            Tls = TlsConfig.From(options.Tls),
            Udp = new IPEndPoint(udpListen, Port(options.UdpPort, "server.udpPort")),
            Tcp = TcpOf(options, udpListen),
            Advertised = advertised,
            Origins = options.Origins,
            Hosts = [.. options.Hosts, .. IsAny(listen) ? [] : new[] { Bracketed(listen) }],
            Keys = keys,
            KeysFile = keysFile,
            Limits = options.Limits,
            MaxCalls = options.MaxCalls,
            MaxSession = TimeSpan.FromMinutes(options.MaxSessionMinutes),
            ResumeTime = TimeSpan.FromSeconds(options.ResumeSeconds),
            Agent = options.Agent,
            DrainTime = TimeSpan.FromSeconds(options.DrainSeconds ?? (node is null ? 0 : FleetDrainSeconds)),
            Node = node,
            TokenSecrets = SecretsOf(options),
        };
    }

    private static string[] SecretsOf(ServerOptions options)
    {
        const StringSplitOptions trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var variable = Environment.GetEnvironmentVariable(options.TokenSecretEnvironmentVariable);
        var (secrets, place) = (variable?.Split(',', trimmed) ?? [], options.TokenSecretEnvironmentVariable);
        if (options.TokenSecretFile is { } file)
        {
            if (secrets.Length > 0)
                throw new ConfigurationException($"server.tokenSecretFile is set, and so is the environment variable {place}: remove one of them.");
            try
            {
                (secrets, place) = (File.ReadAllText(file).Split('\n', trimmed), "server.tokenSecretFile");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"server.tokenSecretFile: {exception.Message}", exception);
            }
            if (secrets.Length == 0) throw new ConfigurationException($"server.tokenSecretFile: {file} is empty.");
        }
        return Array.TrueForAll(secrets, secret => secret.Length >= TokenSecret.MinLength)
            ? secrets
            : throw new ConfigurationException($"{place}: a secret has fewer than {TokenSecret.MinLength} characters. `openssl rand -hex 32` makes a good one.");
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

    /// <summary>Minutes: a day. What is kept for a session grows with it.</summary>
    private const int MaxSessionLimit = 1440;

    private const int MaxResumeSeconds = 86_400;

    private const int MaxDrainSeconds = 86_400;

    private const int FleetDrainSeconds = 300;

    /// <summary>More candidates than this only slow a client's checks down.</summary>
    private const int MaxAdvertised = 7;
}
