namespace Parley.EndToEnd.Tests.Relays;

/// <summary>The programs of a fleet on the hosts of a lab: relays, transceivers, and beside the client a node that only takes requests.</summary>
internal sealed class RelayFleet : IAsyncDisposable
{
    private const int PublicPort = 3478, InnerPort = 4000, ApiPort = 4001;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly NetworkLab _lab;
    private readonly string _agent;
    private readonly bool _spreadsCalls;
    private readonly string[] _relayOptions;
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-fleet-").FullName;
    private readonly LabProcess?[] _relays;
    private readonly LabProcess?[] _nodes;
    private LabProcess? _api;

    private RelayFleet(NetworkLab lab, string agent, bool spreadsCalls, string[] relayOptions)
    {
        (_lab, _agent, _spreadsCalls, _relayOptions) = (lab, agent, spreadsCalls, relayOptions);
        (_relays, _nodes) = (new LabProcess?[lab.Relays.Count], new LabProcess?[lab.Nodes.Count]);
    }

    /// <summary>Where the client posts its offers: the loopback interface of its own host, where pages may use the microphone.</summary>
    public static Uri Url { get; } = new("http://127.0.0.1:8080/");

    private string Keys => Path.Combine(_folder, "route.keys");

    private string Fleet => Path.Combine(_folder, "fleet.json");

    /// <param name="lab">Where it runs.</param>
    /// <param name="agent">Who answers: <c>echo</c> or <c>models</c>.</param>
    /// <param name="spreadsCalls">Not all transceivers prefer the first relay.</param>
    /// <param name="relayOptions">More options of the relays.</param>
    public static async Task<RelayFleet> StartAsync(NetworkLab lab, string agent, bool spreadsCalls = false, params string[] relayOptions)
    {
        var fleet = new RelayFleet(lab, agent, spreadsCalls, relayOptions);
        try
        {
            await ChildProcess.RunAsync("dotnet", [Checkout.CliAssembly, "keys", "rotate", "--keys", fleet.Keys], Limit);
            var nodes = lab.Nodes.Select((host, i) => $"\"{i + 1}\": {{ \"inner\": \"{host.Address}:{InnerPort}\", \"api\": \"http://{host.Address}:{ApiPort}\" }}");
            await File.WriteAllTextAsync(fleet.Fleet, $"{{ \"cluster\": 1, \"nodes\": {{ {string.Join(", ", nodes)} }} }}", TestContext.Current.CancellationToken);
            for (var i = 0; i < lab.Relays.Count; i++) await fleet.StartRelayAsync(i);
            for (var i = 0; i < lab.Nodes.Count; i++) await fleet.StartNodeAsync(i);
            fleet._api = await LabProcess.StartAsync(
                lab.Client, LabProcess.SaysReady, "dotnet", Checkout.CliAssembly, "serve", "--json", "--roles", "api", "--cluster", "1",
                "--keys", fleet.Keys, "--fleet", fleet.Fleet);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async Task StartRelayAsync(int index)
    {
        var host = _lab.Relays[index];
        var (program, verb) = File.Exists(Checkout.NativeRelay) ? (Checkout.NativeRelay, Array.Empty<string>()) : ("dotnet", [Checkout.CliAssembly, "relay"]);
        // A supervisor, as an operator has one.
        _relays[index] = await LabProcess.StartAsync(
            host, LabProcess.SaysReady, "sh",
            ["-c", "while :; do \"$@\"; done", "sh", program, .. verb, "--json", "--listen", $"{host.Address}:{PublicPort}", "--tcp", $"{host.Address}:{PublicPort}", "--inner", $"{host.Address}:{InnerPort}", "--keys", Keys, "--fleet", Fleet, .. _relayOptions]);
    }

    public LabProcess Relay(int index) => _relays[index]!;

    public LabProcess Node(int index) => _nodes[index]!;

    public async Task StartNodeAsync(int index)
    {
        var host = _lab.Nodes[index];
        var preferred = _spreadsCalls ? index % _lab.Relays.Count : 0;
        var relays = string.Join(',', _lab.Relays.Skip(preferred).Concat(_lab.Relays.Take(preferred)).Select(relay => $"{relay.Address}:{PublicPort}/{PublicPort}"));
        _nodes[index] = await LabProcess.StartAsync(
            host, LabProcess.SaysReady, "dotnet", Checkout.CliAssembly, "serve", "--json", "--agent", _agent, "--roles", "transceiver", "--node", $"{index + 1}", "--cluster", "1",
            "--keys", Keys, "--fleet", Fleet, "--node-api", $"{host.Address}:{ApiPort}", "--inner", $"{host.Address}:{InnerPort}", "--relay-advertise", relays);
    }

    /// <summary>A call from the client's host that says what is in a file, and records what it hears.</summary>
    public LabProcess Call(string microphone, string recording, params string[] options) => LabProcess.Launch(
        _lab.Client, line => line.StartsWith("connected", StringComparison.Ordinal), "dotnet",
        [Checkout.CliAssembly, "call", Url.ToString(), "--in", microphone, "--out", recording, "--json", .. options]);

    /// <summary>Many calls from the client's host.</summary>
    public LabProcess Load(params string[] options) => LabProcess.Launch(
        _lab.Client, _ => false, "dotnet", [Checkout.CliAssembly, "load", Url.ToString(), "--json", .. options]);

    /// <summary>What all programs said, for the message of a test that fails.</summary>
    public string Printed => string.Join('\n', ((LabProcess?[])[_api, .. _nodes, .. _relays]).Select(process => process?.Printed));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (LabProcess?[])[_api, .. _nodes, .. _relays])
            if (process is not null) await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
