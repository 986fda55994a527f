namespace Parley.Benchmarks.Relay;

/// <summary>What a load sends.</summary>
/// <param name="Flows">Client addresses, which take turns.</param>
/// <param name="Rate">Packets each second, half of them up and half down; 0: as many as the forwarder takes.</param>
/// <param name="Flood">First packets with forged routes, each second.</param>
internal sealed record LoadShape(int Flows, TimeSpan Length, double Rate = 0, double Flood = 0);
