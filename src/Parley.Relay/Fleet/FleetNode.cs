namespace Parley.Relay.Fleet;

/// <summary>One transceiver.</summary>
/// <param name="Inner">Where it takes the inner protocol.</param>
/// <param name="Api">Where other nodes pass on what is for its calls; null: nowhere.</param>
public sealed record FleetNode(ushort Cluster, ushort Node, TransportAddress Inner, Uri? Api);
