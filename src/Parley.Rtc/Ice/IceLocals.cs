namespace Parley.Rtc.Ice;

/// <summary>
/// Our own side of pairs. The driver has one socket for each family, and the system's routing chooses the address that a packet
/// leaves from: so a remote candidate has one local partner, the most preferred of its family. (Deviation: docs/design/ice.md)
/// </summary>
/// <param name="candidates">Our host candidates, most preferred first. With none, nothing is known of the driver's sockets, and all families are paired.</param>
/// <param name="connectsTcp">The driver opens connections to the remote's TCP ports.</param>
internal sealed class IceLocals(IReadOnlyList<TransportAddress> candidates, bool connectsTcp)
{
    /// <summary>The priority of our candidate in the pair; false when there is none. (RFC 8445 §6.1.2.2)</summary>
    public bool TryPair(TransportAddress remote, out uint priority)
    {
        priority = 0;
        if (remote.Protocol == TransportProtocol.Tcp && !connectsTcp) return false;
        var index = 0;
        for (; index < candidates.Count && candidates[index].IsIPv4 != remote.IsIPv4; index++) { }
        if (index == candidates.Count && candidates.Count > 0) return false;
        // To a port that listens we are the active side. (RFC 6544 §6.2)
        priority = remote.Protocol == TransportProtocol.Tcp ? IcePriority.ForActiveTcp(index) : IcePriority.ForHost(TransportProtocol.Udp, index);
        return true;
    }
}
