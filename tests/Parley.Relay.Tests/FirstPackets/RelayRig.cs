using Parley.Net.Routes;
using Parley.Relay.FirstPackets;
using Parley.Relay.Fleet;
using Parley.Simulation;

namespace Parley.Relay.Tests.FirstPackets;

/// <summary>A classifier, and the transceiver 7 of cluster 1 that makes routes for it, on one virtual clock.</summary>
internal sealed class RelayRig : IDisposable
{
    public const ushort Cluster = 1, Node = 7;

    public static readonly TransportAddress Transceiver = TransportAddress.FromIPv4(0x0A000007, 4000);
    public static readonly TransportAddress Client = TransportAddress.FromIPv4(0xC0000201, 50000);

    public RelayRig(FirstPacketLimits? limits = null)
    {
        Time = new VirtualTimeProvider(Clock);
        Ring = RouteKeyRing.Create(Random, Time.GetUtcNow());
        Sealer = new RouteSealer(Ring, Time, Random);
        var fleet = new FleetSnapshot(Cluster, [new FleetNode(Cluster, Node, Transceiver, Api: null)]);
        Classifier = new FirstPacketClassifier(Ring, Time, fleet, limits ?? new FirstPacketLimits(), Random);
    }

    public VirtualClock Clock { get; } = new();

    public VirtualTimeProvider Time { get; }

    public SeededRandom Random { get; } = new(5);

    public RouteKeyRing Ring { get; }

    public RouteSealer Sealer { get; }

    public FirstPacketClassifier Classifier { get; }

    public RouteCredentials Seal(ushort cluster = Cluster, ushort node = Node) => Sealer.Seal(cluster, node, TimeSpan.FromHours(1));

    public byte[] Check(RouteCredentials server) => ClientCheck.Create(server, Random);

    public byte[] Check(string serverUfrag, string password) => ClientCheck.Create(serverUfrag, password, Random);

    public FirstPacketOutcome Classify(ReadOnlySpan<byte> packet) => Classify(packet, Client);

    public FirstPacketOutcome Classify(ReadOnlySpan<byte> packet, TransportAddress source) => Classifier.Classify(packet, source, Clock.Now, out _);

    public void Dispose() => Classifier.Dispose();
}
