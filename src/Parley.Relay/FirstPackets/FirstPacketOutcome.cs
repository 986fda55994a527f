namespace Parley.Relay.FirstPackets;

/// <summary>What became of a packet whose source has no flow. All but the first two are drops, before anything of it is stored.</summary>
public enum FirstPacketOutcome
{
    /// <summary>It begins a flow.</summary>
    Routed,

    /// <summary>Media of an SSRC that has a flow from another address: it begins a flow to the same transceiver.</summary>
    Moved,

    /// <summary>No Binding request with a USERNAME: media of a flow that is forgotten, a port scan, noise.</summary>
    NoCheck,

    /// <summary>Its ufrag has not the form of a sealed route.</summary>
    RouteMalformed,

    /// <summary>Its route is sealed with a key that is not known, or retired.</summary>
    RouteKeyUnknown,

    /// <summary>The seal does not hold.</summary>
    RouteForged,

    /// <summary>The seal holds, and its time is over.</summary>
    RouteExpired,

    /// <summary>The route leads to a cluster that is not served here.</summary>
    ClusterUnknown,

    /// <summary>The route leads to a transceiver that the fleet has not.</summary>
    NodeUnknown,

    /// <summary>Whoever sent it has the route and not the password that belongs to it.</summary>
    CheckForged,

    /// <summary>The relay is about to end.</summary>
    Draining,

    /// <summary>The route begins flows too often: a check that somebody recorded and repeats.</summary>
    RouteLimited,

    /// <summary>The source begins flows too often.</summary>
    SourceLimited,
}
