namespace Parley.Net.Inner;

/// <summary>A relay's socket of the private network: what it brought comes from there, and what is for the same clients goes there.</summary>
/// <param name="Relay">Where its datagrams come from.</param>
/// <param name="Ingress">Which of its public sockets the packets came by; told back to it.</param>
internal sealed record RelayPath(TransportAddress Relay, ushort Ingress);
