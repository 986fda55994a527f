using Parley.Net.Routes;
using Parley.Relay.FirstPackets;
using Parley.Relay.Limits;
using Parley.Simulation;

namespace Parley.Relay.Tests.FirstPackets;

public sealed class FirstPacketClassifierTests : IDisposable
{
    private readonly RelayRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_check_with_a_sealed_route_goes_to_the_transceiver_that_sealed_it()
    {
        var outcome = _rig.Classifier.Classify(_rig.Check(_rig.Seal()), RelayRig.Client, _rig.Clock.Now, out var transceiver);
        Assert.Equal(FirstPacketOutcome.Routed, outcome);
        Assert.Equal(RelayRig.Transceiver, transceiver);
    }

    [Fact]
    public void Every_outcome_is_counted()
    {
        _rig.Classify(_rig.Check(_rig.Seal()));
        _rig.Classify([0x80, 0, 0, 0]);
        _rig.Classify([0x80, 0, 0, 0]);
        Assert.Equal(1, _rig.Classifier.Counters[FirstPacketOutcome.Routed]);
        Assert.Equal(2, _rig.Classifier.Counters[FirstPacketOutcome.NoCheck]);
        Assert.Equal(3, _rig.Classifier.Counters.Total);
    }

    [Fact]
    public void Media_and_handshakes_of_strangers_are_dropped()
    {
        Assert.Equal(FirstPacketOutcome.NoCheck, _rig.Classify([]));
        Assert.Equal(FirstPacketOutcome.NoCheck, _rig.Classify(new byte[100]));
        byte[] clientHello = [22, 254, 253, .. new byte[60]];
        byte[] media = [0x80, 111, .. new byte[60]];
        Assert.Equal(FirstPacketOutcome.NoCheck, _rig.Classify(clientHello));
        Assert.Equal(FirstPacketOutcome.NoCheck, _rig.Classify(media));
    }

    [Fact]
    public void A_ufrag_that_is_no_route_is_dropped() =>
        Assert.Equal(FirstPacketOutcome.RouteMalformed, _rig.Classify(_rig.Check("evtj", "VOkJxbRl1RmTxUk/WvJxBt")));

    [Fact]
    public void A_route_with_any_character_changed_is_dropped()
    {
        var sealedRoute = _rig.Seal();
        for (var i = 0; i < sealedRoute.Ufrag.Length; i++)
        {
            var ufrag = sealedRoute.Ufrag.ToCharArray();
            ufrag[i] = ufrag[i] == 'A' ? 'B' : 'A';
            var outcome = _rig.Classify(_rig.Check(new string(ufrag), sealedRoute.Password));
            Assert.True(outcome is FirstPacketOutcome.RouteMalformed or FirstPacketOutcome.RouteKeyUnknown or FirstPacketOutcome.RouteForged, $"{i}: {outcome}");
        }
    }

    [Fact]
    public void A_route_of_another_fleet_is_dropped()
    {
        var stranger = new RouteSealer(RouteKeyRing.Create(new SeededRandom(99), _rig.Time.GetUtcNow()), _rig.Time, _rig.Random);
        Assert.Equal(FirstPacketOutcome.RouteForged, _rig.Classify(_rig.Check(stranger.Seal(RelayRig.Cluster, RelayRig.Node, TimeSpan.FromHours(1)))));
    }

    [Fact]
    public void A_route_whose_time_is_over_is_dropped()
    {
        var check = _rig.Check(_rig.Seal());
        _rig.Clock.RunFor(TimeSpan.FromMinutes(59));
        Assert.Equal(FirstPacketOutcome.Routed, _rig.Classify(check));
        _rig.Clock.RunFor(TimeSpan.FromMinutes(2));
        Assert.Equal(FirstPacketOutcome.RouteExpired, _rig.Classify(check));
    }

    [Fact]
    public void A_route_whose_key_has_retired_is_dropped()
    {
        var check = _rig.Check(_rig.Seal());
        var overlap = TimeSpan.FromMinutes(10);
        _rig.Classifier.Ring = _rig.Ring.Rotate(_rig.Random, _rig.Time.GetUtcNow(), lead: TimeSpan.Zero, overlap);
        Assert.Equal(FirstPacketOutcome.Routed, _rig.Classify(check));
        _rig.Clock.RunFor(overlap);
        Assert.Equal(FirstPacketOutcome.RouteKeyUnknown, _rig.Classify(check));
    }

    [Fact]
    public void A_route_to_a_cluster_or_transceiver_that_is_not_served_is_dropped()
    {
        Assert.Equal(FirstPacketOutcome.ClusterUnknown, _rig.Classify(_rig.Check(_rig.Seal(cluster: 2))));
        Assert.Equal(FirstPacketOutcome.NodeUnknown, _rig.Classify(_rig.Check(_rig.Seal(node: 8))));
    }

    [Fact]
    public void Who_has_seen_a_route_and_not_its_password_begins_no_flow_and_spends_nothing_of_its_owner()
    {
        var route = _rig.Seal();
        for (var i = 0; i < 1000; i++)
            Assert.Equal(FirstPacketOutcome.CheckForged, _rig.Classify(_rig.Check(route.Ufrag, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
        Assert.Equal(FirstPacketOutcome.Routed, _rig.Classify(_rig.Check(route)));
    }

    [Fact]
    public void A_check_that_was_changed_on_its_way_is_dropped()
    {
        var check = _rig.Check(_rig.Seal());
        // PRIORITY stands behind USERNAME (4 + 52) and ICE-CONTROLLING (12).
        check[20 + 56 + 12 + 4] ^= 1;
        Assert.Equal(FirstPacketOutcome.CheckForged, _rig.Classify(check));
    }

    [Fact]
    public void A_recorded_check_repeated_from_invented_sources_begins_few_flows()
    {
        using var rig = new RelayRig(new FirstPacketLimits { PerRoute = new RateLimit(burst: 8, perSecond: 1) });
        var check = rig.Check(rig.Seal());
        var routed = 0;
        for (uint i = 0; i < 10_000; i++)
            if (rig.Classify(check, TransportAddress.FromIPv4(0xC6330000 + i, 1000)) == FirstPacketOutcome.Routed) routed++;
        Assert.Equal(8, routed);
        // Another call's client is not held up by it.
        Assert.Equal(FirstPacketOutcome.Routed, rig.Classify(rig.Check(rig.Seal())));
    }

    [Fact]
    public void One_source_begins_no_more_flows_than_its_rate_and_others_are_not_held_up()
    {
        using var rig = new RelayRig(new FirstPacketLimits { PerSource = new RateLimit(burst: 10, perSecond: 1) });
        var outcomes = new CounterTable<FirstPacketOutcome>();
        for (ushort port = 1; port <= 100; port++)
            outcomes.Increment(rig.Classify(rig.Check(rig.Seal()), RelayRig.Client with { Port = port }));
        Assert.Equal(10, outcomes[FirstPacketOutcome.Routed]);
        Assert.Equal(90, outcomes[FirstPacketOutcome.SourceLimited]);
        Assert.Equal(FirstPacketOutcome.Routed, rig.Classify(rig.Check(rig.Seal()), TransportAddress.FromIPv4(0xC0000202, 50000)));
    }

    [Fact]
    public void A_draining_relay_begins_no_flow()
    {
        _rig.Classifier.Drain();
        Assert.Equal(FirstPacketOutcome.Draining, _rig.Classify(_rig.Check(_rig.Seal())));
        Assert.False(_rig.Classifier.MayMove(RelayRig.Client, _rig.Clock.Now));
    }

    [Fact]
    public void A_flow_that_there_is_finds_its_new_owner_while_the_relay_drains()
    {
        _rig.Classifier.Drain();
        Assert.True(_rig.Classifier.TryFindOwner(_rig.Check(_rig.Seal()), out var transceiver));
        Assert.Equal(RelayRig.Transceiver, transceiver);
    }

    [Fact]
    public void A_check_that_begins_no_flow_does_not_change_where_one_goes()
    {
        Assert.False(_rig.Classifier.TryFindOwner(_rig.Check(_rig.Seal().Ufrag, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), out _));
        Assert.False(_rig.Classifier.TryFindOwner(_rig.Check(_rig.Seal(node: 8)), out _));
        Assert.False(_rig.Classifier.TryFindOwner([], out _));
    }

    [Fact]
    public void A_source_moves_no_more_clients_than_its_rate()
    {
        using var rig = new RelayRig(new FirstPacketLimits { PerSource = new RateLimit(burst: 10, perSecond: 1) });
        Assert.Equal(10, Enumerable.Range(1, 100).Count(port => rig.Classifier.MayMove(RelayRig.Client with { Port = (ushort)port }, rig.Clock.Now)));
        Assert.True(rig.Classifier.MayMove(TransportAddress.FromIPv4(0xC0000202, 50000), rig.Clock.Now));
        Assert.Equal(11, rig.Classifier.Counters[FirstPacketOutcome.Moved]);
    }

    [Fact]
    public void Only_addresses_of_the_fleet_are_transceivers()
    {
        Assert.True(_rig.Classifier.IsTransceiver(RelayRig.Transceiver));
        Assert.False(_rig.Classifier.IsTransceiver(RelayRig.Transceiver with { Port = 4001 }));
    }

    [Fact]
    public void No_outcome_allocates()
    {
        var route = _rig.Seal();
        byte[][] packets =
        [
            _rig.Check(route), _rig.Check(route.Ufrag, "wrong"), _rig.Check("evtj", "wrong"), _rig.Check(_rig.Seal(node: 8)), new byte[100],
            _rig.Check(route.Ufrag[..^1] + (route.Ufrag[^1] == 'A' ? 'B' : 'A'), route.Password),
        ];
        // The first opens the ring's ciphers.
        foreach (var packet in packets) _rig.Classify(packet);
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 600; i++) _rig.Classify(packets[i % packets.Length]);
        }));
    }

    [Fact]
    public void Random_and_mutated_bytes_are_never_routed_and_never_throw()
    {
        var check = _rig.Check(_rig.Seal());
        for (var i = 0; i < 20_000; i++)
        {
            var packet = check.ToArray();
            var flips = 1 + _rig.Random.NextInt(8);
            for (var flip = 0; flip < flips; flip++) packet[_rig.Random.NextInt(packet.Length)] ^= (byte)(1 + _rig.Random.NextInt(255));
            if (packet.AsSpan().SequenceEqual(check)) continue;
            Assert.NotEqual(FirstPacketOutcome.Routed, _rig.Classify(packet.AsSpan(0, 1 + _rig.Random.NextInt(packet.Length))));
        }
    }
}
