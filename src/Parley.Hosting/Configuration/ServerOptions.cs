namespace Parley.Hosting.Configuration;

/// <summary>The <c>server</c> section of parley.json: what the operator sets. <see cref="ServerConfig"/> is what comes of it.</summary>
public sealed record ServerOptions
{
    /// <summary>TCP port of HTTP; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The one UDP port of all calls; 0 takes a free one.</summary>
    public int UdpPort { get; init; } = 3478;

    /// <summary>The one TCP port of calls whose client UDP does not reach; 0 takes a free one. Null: the number of <see cref="UdpPort"/>.</summary>
    public int? TcpPort { get; init; }

    /// <summary>Whether calls may come over TCP. Only Linux can.</summary>
    public bool Tcp { get; init; } = true;

    /// <summary>IP address that HTTP listens on.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>HTTPS instead of HTTP, and WSS with it, on the same port. Null: HTTP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>IP address that calls arrive at, over UDP and TCP. Null: every address of the machine.</summary>
    public string? UdpListen { get; init; }

    /// <summary>IP addresses written into answers as candidates. Null: those of the machine's interfaces.</summary>
    public IReadOnlyList<string>? Advertise { get; init; }

    /// <summary>Origins of web pages that may call, beyond those on loopback: "https://app.example".</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Names by which the server is addressed, beyond loopback and <see cref="Listen"/>: "voice.example".</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The environment variable that holds API keys, separated by commas. Keys never stand in the file as they are.</summary>
    public string ApiKeysEnvironmentVariable { get; init; } = "PARLEY_API_KEYS";

    /// <summary>API keys by their hashes: <c>parley keys create NAME</c> makes one.</summary>
    public IReadOnlyList<KeyOptions> Keys { get; init; } = [];

    /// <summary>A file with more of them, a JSON list. It is read again when it changes: keys come, go, and change their limits without a restart.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Limits of every key that has none of its own; without keys, of all callers together.</summary>
    // Not the shared one: the binder of ASP.NET Core's configuration writes into the object that it finds.
    public KeyLimits Limits { get; init; } = new();

    /// <summary>
    /// The environment variable with the secret that client tokens (<c>ek_…</c>) are sealed with: nodes with the same secret take each other's
    /// tokens. Several, separated by commas: the first seals, each opens. Where neither this nor <see cref="TokenSecretFile"/> is set, each process makes its own.
    /// </summary>
    public string TokenSecretEnvironmentVariable { get; init; } = "PARLEY_TOKEN_SECRET";

    /// <summary>The same from a file, a secret a line.</summary>
    public string? TokenSecretFile { get; init; }

    /// <summary>Minutes after which a session ends; its client is warned before.</summary>
    public double MaxSessionMinutes { get; init; } = 60;

    /// <summary>Seconds that a session whose connection was lost can be resumed; 0: it ends with its connection.</summary>
    public double ResumeSeconds { get; init; } = 120;

    /// <summary>Calls at once; one more is answered with 503.</summary>
    public int MaxCalls { get; init; } = 1000;

    /// <summary>
    /// Seconds that calls have to end by themselves when the server is told to stop; new ones are refused meanwhile, and clients get <c>parley.draining</c>.
    /// Null: none where the server stands alone, 300 for a node of a fleet.
    /// </summary>
    public double? DrainSeconds { get; init; }

    /// <summary>What the node does: "api", "transceiver", or both, which is the default.</summary>
    public IReadOnlyList<NodeRole>? Roles { get; init; }

    /// <summary>The number of the cluster that the node belongs to, the same for its relays.</summary>
    public int Cluster { get; init; }

    /// <summary>This node's number in its cluster, 0 to 65535. Null: the server stands alone.</summary>
    public int? Node { get; init; }

    /// <summary>Where relays bring packets: a private UDP address with its port. The ports for clients are then the relays', and this node opens none.</summary>
    public string? Inner { get; init; }

    /// <summary>Whether datagrams between relay and node are authenticated: for private networks that others are on, too. Set it for the relays as well.</summary>
    public bool InnerAuth { get; init; }

    /// <summary>Where clients reach the relays, most preferred first: "203.0.113.7:3478", with TCP "203.0.113.7:3478/443", of a region "eu=203.0.113.7:3478/443".</summary>
    public IReadOnlyList<string> RelayAdvertise { get; init; } = [];

    /// <summary>In which region clients are, by their network: { "198.51.100.0/24": "eu" }. What a request says by X-Parley-Region comes first.</summary>
    public IReadOnlyDictionary<string, string> Regions { get; init; } = new Dictionary<string, string>();

    /// <summary>File of the route keys, which relays and nodes share. Read again when it changes.</summary>
    public string? RouteKeysFile { get; init; }

    /// <summary>File of the cluster's transceivers, the one that relays have: hang-ups, offers and sidebands for their calls are passed on. Read again when it changes.</summary>
    public string? FleetFile { get; init; }

    /// <summary>Where other nodes pass on what is for calls of this one: a private TCP address with its port, which the fleet file names as "api".</summary>
    public string? NodeApi { get; init; }

    /// <summary>Who answers: "models" or "echo".</summary>
    public AgentKind Agent { get; init; } = AgentKind.Models;
}
