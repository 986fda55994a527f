namespace Parley;

/// <summary>What carries the datagrams of a path.</summary>
public enum TransportProtocol : byte
{
    Udp,

    /// <summary>A TCP connection, each datagram behind two bytes of length. (RFC 6544, RFC 4571)</summary>
    Tcp,
}
