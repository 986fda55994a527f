using System.Net;
using Parley.Net;
using Parley.Net.Forwarding;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Net.Tcp;
using Parley.Relay.FirstPackets;
using Parley.Relay.Fleet;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Relayed;

/// <summary>A transceiver behind relays, in one process: real sockets of the loopback interface. Nothing but the relays is told to clients.</summary>
internal sealed class RelayedStage : IAsyncDisposable
{
    public const ushort Cluster = 2;
    public const ushort Node = 7;

    private static readonly IPEndPoint Free = new(IPAddress.Loopback, 0);

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
        Fleet = new FleetSnapshot(Cluster, [new FleetNode(Cluster, Node, TransportAddress.From(Transceiver.LocalEndPoint), Api: null)]);
    }

    public CallTransceiver Transceiver { get; }

    public FleetSnapshot Fleet { get; }

    /// <param name="before">The relay whose place it takes, on the same ports; null: on free ones.</param>
    public ForwarderGroup StartRelay(ForwarderGroup? before = null, int workers = 1)
    {
        var config = new ForwarderConfig
        {
            Listen = before?.LocalEndPoint ?? Free,
            Inner = before?.Workers[0].InnerEndPoint ?? Free,
            Ingress = 3,
            Workers = workers,
            MaxFlows = 1024,
            Tcp = new TcpConfig { Listen = before?.TcpEndPoint ?? Free, MaxConnections = 64 },
        };
        var relay = ForwarderGroup.Bind(
            config, new MonotonicClock(TimeProvider.System),
            _ => new FirstPackets(new FirstPacketClassifier(_ring, TimeProvider.System, Fleet, new FirstPacketLimits(), SystemRandomSource.Instance)),
            _isAuthenticated ? _ => new InnerAuthenticator(_ring, TimeProvider.System) : null);
        relay.Start();
        return relay;
    }

    /// <summary>What an answer names.</summary>
    public static IReadOnlyList<TransportAddress> CandidatesOf(params ReadOnlySpan<ForwarderGroup> relays)
    {
        var candidates = new List<TransportAddress>();
        foreach (var relay in relays) candidates.Add(TransportAddress.From(relay.LocalEndPoint));
        foreach (var relay in relays) candidates.Add(TransportAddress.From(relay.TcpEndPoint!) with { Protocol = TransportProtocol.Tcp });
        return candidates;
    }

    public ValueTask DisposeAsync() => Transceiver.DisposeAsync();

    private sealed class FirstPackets(FirstPacketClassifier classifier) : IFirstPackets
    {
        public FlowDecision Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now) =>
            classifier.Classify(packet, source, now, out var transceiver) == FirstPacketOutcome.Routed ? FlowDecision.ForwardTo(transceiver) : FlowDecision.Drop;

        public bool MayMove(TransportAddress source, Instant now) => classifier.MayMove(source, now);

        public bool TryFindOwner(ReadOnlySpan<byte> check, out TransportAddress transceiver) => classifier.TryFindOwner(check, out transceiver);

        public bool IsTransceiver(TransportAddress address) => classifier.IsTransceiver(address);
    }
}
