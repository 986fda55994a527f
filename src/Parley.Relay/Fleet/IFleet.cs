namespace Parley.Relay.Fleet;

/// <summary>Where transceivers are: a file today, a directory later. Thread-safe, never waits, and allocates nothing: it is asked per new flow.</summary>
public interface IFleet
{
    /// <param name="address">Where the transceiver takes the inner protocol.</param>
    FleetAnswer Find(ushort cluster, ushort node, out TransportAddress address);

    /// <summary>Where all transceivers take the inner protocol.</summary>
    IReadOnlyList<TransportAddress> InnerAddresses { get; }

    /// <summary>A transceiver of the fleet takes and sends the inner protocol there.</summary>
    bool Has(TransportAddress inner);
}
