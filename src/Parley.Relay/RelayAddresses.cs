using System.Net;

namespace Parley.Relay;

/// <summary>Where a relay is, with the real numbers where its configuration said 0.</summary>
/// <param name="Tcp">Null: no TCP.</param>
/// <param name="Inner">Of each worker.</param>
/// <param name="Metrics">Null: none.</param>
public sealed record RelayAddresses(IPEndPoint Udp, IPEndPoint? Tcp, IReadOnlyList<IPEndPoint> Inner, IPEndPoint? Metrics);
