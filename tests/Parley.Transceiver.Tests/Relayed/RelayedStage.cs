using System.Net;
using Parley.Net;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Relay.Configuration;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Relayed;

/// <summary>A transceiver behind relays, in one process: real sockets of the loopback interface, and the files that they share. Clients are told of nothing but the relays.</summary>
internal sealed class RelayedStage : IAsyncDisposable
{
    public const ushort Cluster = 2;
    public const ushort Node = 7;

    private static readonly IPEndPoint Free = new(IPAddress.Loopback, 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parley-relayed-");
    private readonly RouteKeyRing _ring = RouteKeyRing.Create(SystemRandomSource.Instance, DateTimeOffset.UtcNow);
    private readonly bool _isAuthenticated;

    public RelayedStage(FaultLog log, int shards = 1, bool isAuthenticated = false)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("A relay needs Linux.");
        _isAuthenticated = isAuthenticated;
        Transceiver = CallTransceiver.Start(
            new TransceiverConfig
            {
                Local = Free,
                Advertised = [Free],
                ShardCount = shards,
                Node = new CallId(Cluster, Node),
                Routes = new RouteSealer(_ring, TimeProvider.System, SystemRandomSource.Instance),
                Relayed = new RelayedConfig { Keys = isAuthenticated ? _ring : null },
            },
            TimeProvider.System, log);
        RouteKeyFile.Save(Keys, _ring);
        File.WriteAllText(Fleet, $$"""{ "cluster": {{Cluster}}, "nodes": { "{{Node}}": "{{Transceiver.LocalEndPoint}}" } }""");
    }

    public CallTransceiver Transceiver { get; }

    private string Keys => Path.Combine(_folder.FullName, "keys");

    private string Fleet => Path.Combine(_folder.FullName, "fleet.json");

    public RunningRelay StartRelay(int workers = 1) => new(new RelayOptions
    {
        Listen = "127.0.0.1:0",
        Tcp = "127.0.0.1:0",
        Inner = "127.0.0.1:0",
        Metrics = "127.0.0.1:0",
        Keys = Keys,
        Fleet = Fleet,
        InnerAuth = _isAuthenticated,
        Workers = workers,
        Ingress = 3,
    });

    /// <summary>What an answer names.</summary>
    public static IReadOnlyList<TransportAddress> CandidatesOf(params RunningRelay[] relays) =>
    [
        .. relays.Select(relay => TransportAddress.From(relay.Addresses.Udp)),
        .. relays.Select(relay => TransportAddress.From(relay.Addresses.Tcp!) with { Protocol = TransportProtocol.Tcp }),
    ];

    public async ValueTask DisposeAsync()
    {
        await Transceiver.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
