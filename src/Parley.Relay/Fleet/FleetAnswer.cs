namespace Parley.Relay.Fleet;

/// <summary>What a fleet knows of a transceiver.</summary>
public enum FleetAnswer
{
    Found,

    /// <summary>The cluster is none that is served here.</summary>
    UnknownCluster,

    /// <summary>The cluster has no such transceiver, or not any more.</summary>
    UnknownNode,
}
