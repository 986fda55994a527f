using System.Collections.Frozen;

namespace Parley.Relay.Fleet;

/// <summary>The transceivers of one cluster at one time. Immutable.</summary>
public sealed class FleetSnapshot : IFleet
{
    private readonly FrozenDictionary<ushort, TransportAddress> _inner;
    private readonly FrozenSet<TransportAddress> _addresses;

    public FleetSnapshot(ushort cluster, IEnumerable<FleetNode> nodes)
    {
        Cluster = cluster;
        Nodes = nodes.ToFrozenDictionary(node => node.Node);
        _inner = Nodes.Values.ToFrozenDictionary(node => node.Node, node => node.Inner);
        _addresses = Nodes.Values.Select(node => node.Inner).ToFrozenSet();
    }

    public ushort Cluster { get; }

    public FrozenDictionary<ushort, FleetNode> Nodes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TransportAddress> InnerAddresses => _addresses.Items;

    /// <inheritdoc/>
    public FleetAnswer Find(ushort cluster, ushort node, out TransportAddress address)
    {
        address = default;
        if (cluster != Cluster) return FleetAnswer.UnknownCluster;
        return _inner.TryGetValue(node, out address) ? FleetAnswer.Found : FleetAnswer.UnknownNode;
    }

    /// <inheritdoc/>
    public bool Has(TransportAddress inner) => _addresses.Contains(inner);
}
