using System.Net;
using System.Net.Sockets;
using Parley.Net;
using Parley.Net.Routes;
using Parley.Relay.Configuration;

namespace Parley.Relay.Tests;

/// <summary>A whole relay on loopback, on the wall clock, with one transceiver behind it.</summary>
internal sealed class LoopbackRelay : IDisposable
{
    public const ushort Cluster = 1, Node = 7, Ingress = 9;

    private readonly RelayFiles _files = new();

    public LoopbackRelay(Func<RelayOptions, RelayOptions>? change = null)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("A relay needs Linux.");
        _files.WriteFleet(Cluster, Node, Transceiver.Inner);
        var options = new RelayOptions
        {
            Keys = _files.Keys, Fleet = _files.Fleet, Listen = "127.0.0.1:0", Tcp = "127.0.0.1:0", Inner = "127.0.0.1:0", Metrics = "127.0.0.1:0",
            Ingress = Ingress, Workers = 1,
        };
        Server = RelayServer.Start(RelayConfig.From(change?.Invoke(options) ?? options), TimeProvider.System, Events);
    }

    public RelayFiles Files => _files;

    public LoopbackTransceiver Transceiver { get; } = new();

    public RecordedEvents Events { get; } = new();

    public RelayServer Server { get; }

    public RouteCredentials Seal(ushort node = Node) => Seal(_files.Ring, node);

    public static RouteCredentials Seal(RouteKeyRing ring, ushort node = Node) =>
        new RouteSealer(ring, TimeProvider.System, SystemRandomSource.Instance).Seal(Cluster, node, TimeSpan.FromHours(1));

    /// <summary>A UDP client.</summary>
    public Socket Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)LoopbackTransceiver.Hang.TotalMilliseconds };
        client.Connect(Server.Addresses.Udp);
        return client;
    }

    /// <summary>Waits for a figure of /metrics; only a hang ends it without success.</summary>
    /// <param name="sample">Name and labels.</param>
    public async Task UntilAsync(string sample, double value)
    {
        using var http = new HttpClient();
        var hang = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var text = await http.GetStringAsync(new Uri($"http://{Server.Addresses.Metrics}/metrics"), TestContext.Current.CancellationToken);
            var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
            if (line == string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sample} {value}")) return;
            Assert.True(TimeProvider.System.GetElapsedTime(hang) < LoopbackTransceiver.Hang, $"{sample} did not become {value}: {line}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        Server.Dispose();
        Transceiver.Dispose();
        _files.Dispose();
    }

    public static TransportAddress AddressOf(Socket client) => TransportAddress.From((IPEndPoint)client.LocalEndPoint!);
}
