using System.Buffers.Binary;

namespace Parley.Net.Sockets;

/// <summary>sockaddr_in and sockaddr_in6 as bytes. Scope ids are not kept: link-local peers are out of scope.</summary>
internal static class SockAddr
{
    public const int MaxLength = 28;
    private const int IPv4Length = 16;

    /// <summary>Writes the address for a socket of that family; the length written, 0 when the family cannot reach it.</summary>
    public static int Write(TransportAddress address, bool isIPv6Socket, Span<byte> destination)
    {
        if (isIPv6Socket)
        {
            destination[..MaxLength].Clear();
            BitConverter.TryWriteBytes(destination, (ushort)LibC.AF_INET6);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
            BinaryPrimitives.WriteUInt128BigEndian(destination[8..], address.Ip);
            return MaxLength;
        }
        if (!address.IsIPv4) return 0;
        destination[..IPv4Length].Clear();
        BitConverter.TryWriteBytes(destination, (ushort)LibC.AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], address.IPv4);
        return IPv4Length;
    }

    public static TransportAddress Read(ReadOnlySpan<byte> source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return BitConverter.ToUInt16(source) == LibC.AF_INET6
            ? new TransportAddress(BinaryPrimitives.ReadUInt128BigEndian(source[8..]), port)
            : TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(source[4..]), port);
    }
}
