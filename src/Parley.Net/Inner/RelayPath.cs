namespace Parley.Net.Inner;

/// <summary>A relay's socket of the private network: what it brought comes from there, and what is for the same clients goes there.</summary>
/// <param name="relay">Where its datagrams come from.</param>
/// <param name="ingress">By which of its public sockets; told back to it.</param>
internal sealed class RelayPath(TransportAddress relay, ushort ingress)
{
    public TransportAddress Relay => relay;

    public ushort Ingress => ingress;
}
