namespace Parley.Relay.Drain;

/// <summary>What a relay has at a moment.</summary>
/// <param name="Packets">Forwarded since it began, both ways.</param>
public readonly record struct RelayTraffic(int Flows, long Packets);
