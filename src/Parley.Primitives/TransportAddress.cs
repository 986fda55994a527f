using System.Net;
using System.Net.Sockets;

namespace Parley;

/// <summary>
/// An IP address with a port of UDP or TCP as a value: comparing and storing it allocates nothing. IPv4 addresses are held
/// IPv4-mapped (::ffff:a.b.c.d). It is personal data: <see cref="ToString"/> hides it, <see cref="ToEndPoint"/> reveals it.
/// </summary>
/// <param name="Protocol">
/// Part of the identity (RFC 8445 §2.1). To a machine a TCP connection is an address like any other: the driver frames what goes
/// there (RFC 4571) and keeps the connection.
/// </param>
public readonly record struct TransportAddress(UInt128 Ip, ushort Port, TransportProtocol Protocol = TransportProtocol.Udp)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    public bool IsIPv4 => (Ip >> 32) == (UInt128)0xFFFF;

    /// <summary>The four bytes of an IPv4 address, most significant first.</summary>
    public uint IPv4 => (uint)Ip;

    public static TransportAddress FromIPv4(uint address, ushort port) => new(MappedPrefix | address, port);

    public static TransportAddress From(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4
            ? FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), checked((ushort)port))
            : new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), checked((ushort)port));
    }

    public static TransportAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return From(endPoint.Address, endPoint.Port);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Ip);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    public IPEndPoint ToEndPoint() => new(ToIPAddress(), Port);

    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    public override string ToString() => "[address]";
}
