namespace Parley.EndToEnd.Tests.Relays;

/// <summary>
/// Hosts in network namespaces on one switch: two relays, three transceivers, and a client, behind a bad cable (<c>parley impair</c>) or a good one.
/// Nothing of it touches the machine's own network.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const string Network = "10.98.0";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _prefix;
    private readonly List<string> _namespaces = [];
    private LabProcess? _cable;

    private NetworkLab(string prefix)
    {
        _prefix = prefix;
        Client = Host("client", 10);
        Relays = [Host("relay1", 21), Host("relay2", 22)];
        Nodes = [Host("node1", 31), Host("node2", 32), Host("node3", 33)];
    }

    public LabHost Client { get; }

    public IReadOnlyList<LabHost> Relays { get; }

    public IReadOnlyList<LabHost> Nodes { get; }

    /// <summary>The address that the client moves to.</summary>
    public static string ClientsOtherAddress => $"{Network}.11";

    /// <param name="link">Options of <c>parley impair</c> for the client's cable; null: the client is as well connected as all others.</param>
    public static async Task<NetworkLab> CreateAsync(string? link)
    {
        var lab = new NetworkLab($"parley{Environment.ProcessId}");
        try
        {
            await lab.BuildAsync(isBad: link is not null);
        }
        catch (InvalidOperationException exception)
        {
            await lab.DisposeAsync();
            Assert.Skip("This system lets nobody make network namespaces, bridges and veth pairs: " + exception.Message);
        }
        if (link is null) return lab;
        lab._cable = await LabProcess.StartAsync(
            new LabHost($"{lab._prefix}box", ""), line => line.StartsWith("bridging", StringComparison.Ordinal), "dotnet", [Checkout.CliAssembly, "impair", "inside", "outside", .. link.Split(' ')]);
        return lab;
    }

    /// <summary>Changes the conditions of the client's cable.</summary>
    public Task SetCableAsync(string link) => _cable!.WriteLineAsync(link);

    /// <summary>The client has another address from now on, and its old one no more.</summary>
    public async Task MoveClientAsync()
    {
        // In this order: with the first address of a network go the others.
        await InAsync(Client.Namespace, "addr", "del", $"{Client.Address}/24", "dev", "eth0");
        await InAsync(Client.Namespace, "addr", "add", $"{ClientsOtherAddress}/24", "dev", "eth0");
        await InAsync(Client.Namespace, "route", "replace", "default", "dev", "eth0");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cable is not null) await _cable.DisposeAsync();
        foreach (var name in _namespaces) await ChildProcess.RunAsync("ip", ["netns", "del", name], Limit);
    }

    private LabHost Host(string name, int number) => new($"{_prefix}{name}", $"{Network}.{number}");

    private async Task BuildAsync(bool isBad)
    {
        var hub = $"{_prefix}hub";
        await AddAsync(hub);
        await InAsync(hub, "link", "add", "br0", "type", "bridge");
        await InAsync(hub, "link", "set", "br0", "up");
        foreach (var host in (LabHost[])[.. Relays, .. Nodes]) await ConnectAsync(host, hub);
        if (isBad) await ConnectBadlyAsync(Client, hub);
        else await ConnectAsync(Client, hub);
    }

    private async Task ConnectAsync(LabHost host, string hub)
    {
        await AddAsync(host.Namespace);
        await PlugAsync(host.Namespace, "eth0", hub, PortOf(host));
        await ConfigureAsync(host);
        await InAsync(hub, "link", "set", PortOf(host), "master", "br0", "up");
    }

    private async Task ConnectBadlyAsync(LabHost host, string hub)
    {
        var box = $"{_prefix}box";
        await AddAsync(box);
        await AddAsync(host.Namespace);
        await PlugAsync(host.Namespace, "eth0", box, "inside");
        await ConfigureAsync(host);
        await PlugAsync(box, "outside", hub, PortOf(host));
        await InAsync(hub, "link", "set", PortOf(host), "master", "br0", "up");
        await InAsync(box, "link", "set", "inside", "up");
        await InAsync(box, "link", "set", "outside", "up");
    }

    private static string PortOf(LabHost host) => "port" + host.Address.Split('.')[^1];

    private async Task AddAsync(string name)
    {
        await ChildProcess.RunAsync("ip", ["netns", "add", name], Limit);
        _namespaces.Add(name);
        await InAsync(name, "link", "set", "lo", "up");
    }

    private static async Task ConfigureAsync(LabHost host)
    {
        await InAsync(host.Namespace, "addr", "add", $"{host.Address}/24", "dev", "eth0");
        await InAsync(host.Namespace, "link", "set", "eth0", "up");
        // A way to everywhere, so that browsers and callers find their own address.
        await InAsync(host.Namespace, "route", "add", "default", "dev", "eth0");
    }

    private static Task<string> PlugAsync(string first, string firstEnd, string second, string secondEnd) =>
        InAsync(first, "link", "add", firstEnd, "type", "veth", "peer", "name", secondEnd, "netns", second);

    private static Task<string> InAsync(string name, params string[] arguments) => ChildProcess.RunAsync("ip", ["-n", name, .. arguments], Limit);
}
