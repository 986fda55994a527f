using System.Buffers.Binary;
using Parley.Net.Forwarding;
using Parley.Net.Routes;
using Parley.Relay.Fleet;
using Parley.Relay.Limits;
using Parley.Rtc.Stun;

namespace Parley.Relay.FirstPackets;

/// <summary>
/// Decides about a packet whose source has no flow. It must be a connectivity check (RFC 8445 §7.2) whose ufrag is a sealed route that holds, to a
/// transceiver of the fleet, with an integrity that only the owner of the route's password can make; and neither the route nor the
/// source may begin flows too often. The cheap questions come first, and nothing is stored of a packet that fails one. For one thread; allocates nothing.
/// </summary>
public sealed class FirstPacketClassifier : IFirstPackets, IDisposable
{
    private readonly IFleet _fleet;
    private readonly RouteOpener _opener;
    private readonly RateLimiter _routes;
    private readonly RateLimiter _sources;
    private volatile bool _isDraining;

    public FirstPacketClassifier(RouteKeyRing ring, TimeProvider time, IFleet fleet, FirstPacketLimits limits, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _fleet = fleet;
        _opener = new RouteOpener(ring, time);
        _routes = new RateLimiter(limits.PerRoute, limits.Remembered, random);
        _sources = new RateLimiter(limits.PerSource, limits.Remembered, random);
    }

    public CounterTable<FirstPacketOutcome> Counters { get; } = new();

    /// <summary>Any thread: the keys that routes are opened with from the next packet on.</summary>
    public RouteKeyRing Ring
    {
        set => _opener.Ring = value;
    }

    /// <summary>Any thread: no flow begins any more.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Whether a packet of a source without a flow begins one.</summary>
    /// <param name="transceiver">Where the flow goes, when <see cref="FirstPacketOutcome.Routed"/>.</param>
    public FirstPacketOutcome Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now, out TransportAddress transceiver)
    {
        var outcome = Judge(packet, out var ufrag, out transceiver);
        // Only what is authentic uses up a rate: a stranger cannot spend that of a client whose route he has seen.
        if (outcome == FirstPacketOutcome.Routed) outcome = Admit(NonceOf(ufrag), source, now);
        Counters.Increment(outcome);
        return outcome;
    }

    /// <inheritdoc/>
    public FlowDecision Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now) =>
        Classify(packet, source, now, out var transceiver) == FirstPacketOutcome.Routed ? FlowDecision.ForwardTo(transceiver) : FlowDecision.Drop;

    /// <summary>
    /// Media of a source without a flow, of an SSRC that a flow of another address has: a client that has moved. The transceiver believes it only when its SRTP tag
    /// holds; here only the rate is kept.
    /// </summary>
    public bool MayMove(TransportAddress source, Instant now)
    {
        var outcome = _isDraining ? FirstPacketOutcome.Draining
            : _sources.TryTake(SourceKey.Of(source), now) ? FirstPacketOutcome.Moved : FirstPacketOutcome.SourceLimited;
        Counters.Increment(outcome);
        return outcome == FirstPacketOutcome.Moved;
    }

    /// <summary>Where a check of a source that has a flow goes by its route: another call may begin at the address of an old one.</summary>
    public bool TryFindOwner(ReadOnlySpan<byte> check, out TransportAddress transceiver)
    {
        var outcome = Judge(check, out _, out transceiver);
        if (outcome != FirstPacketOutcome.Routed) Counters.Increment(outcome);
        return outcome == FirstPacketOutcome.Routed;
    }

    /// <inheritdoc/>
    public IReadOnlyList<TransportAddress> Transceivers => _fleet.InnerAddresses;

    /// <summary>The inner protocol is believed from there.</summary>
    public bool IsTransceiver(TransportAddress address) => _fleet.Has(address);

    public void Dispose() => _opener.Dispose();

    private FirstPacketOutcome Judge(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> ufrag, out TransportAddress transceiver)
    {
        transceiver = default;
        if (!StunUsername.TryReadServerUfrag(packet, out ufrag)) return FirstPacketOutcome.NoCheck;
        var opened = _opener.Open(ufrag, out var route);
        if (opened != RouteStatus.Ok) return Refusal(opened);
        var answer = _fleet.Find(route.Cluster, route.Node, out transceiver);
        if (answer != FleetAnswer.Found)
            return answer == FleetAnswer.UnknownCluster ? FirstPacketOutcome.ClusterUnknown : FirstPacketOutcome.NodeUnknown;
        return IsAuthentic(packet, ufrag) ? FirstPacketOutcome.Routed : FirstPacketOutcome.CheckForged;
    }

    private FirstPacketOutcome Admit(UInt128 route, TransportAddress source, Instant now) =>
        _isDraining ? FirstPacketOutcome.Draining
        : !_routes.TryTake(route, now) ? FirstPacketOutcome.RouteLimited
        : !_sources.TryTake(SourceKey.Of(source), now) ? FirstPacketOutcome.SourceLimited
        : FirstPacketOutcome.Routed;

    private bool IsAuthentic(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> ufrag)
    {
        Span<byte> password = stackalloc byte[SealedRoute.PasswordLength];
        return _opener.TryWritePassword(ufrag, password) && StunCheck.IsAuthentic(packet, password);
    }

    /// <summary>Sixteen characters of the route's random nonce: enough to tell routes apart.</summary>
    private static UInt128 NonceOf(ReadOnlySpan<byte> ufrag) => BinaryPrimitives.ReadUInt128LittleEndian(ufrag[2..]);

    private static FirstPacketOutcome Refusal(RouteStatus status) => status switch
    {
        RouteStatus.UnknownKey => FirstPacketOutcome.RouteKeyUnknown,
        RouteStatus.NotAuthentic => FirstPacketOutcome.RouteForged,
        RouteStatus.Expired => FirstPacketOutcome.RouteExpired,
        _ => FirstPacketOutcome.RouteMalformed,
    };
}
