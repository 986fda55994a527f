using System.Buffers.Binary;

namespace Parley.Net.Inner;

/// <summary>
/// The bytes of a datagram between relay and transceiver. The kernel's cost is per datagram, so one carries the packets of many clients.
/// </summary>
/// <remarks>
/// <code>
/// header   0      0xD1: protocol and version; no first byte of STUN, DTLS, TURN or RTP (RFC 7983 §7)
///          1      flags: 0x01 tagged; 0x02 to the relay; 0x04 about flows; 0x08 zero; 0xF0 key id of the tag, zero without one
///          2…3    ingress: the relay's number for where the client came in; the transceiver gives it back
/// records  0…1    length of the payload; 0: what follows, up to the tag, is padding
///          2      0x01 TCP; 0x02 IPv6; the rest zero
///          3…4    the client's port
///          5…     the client's address, 4 or 16 bytes
///          then   the payload, as the client sent it or is to get it
/// tag      8 bytes at the end, if tagged: SipHash-2-4 of all before it
/// </code>
/// About flows: a relay that has just begun asks a transceiver which clients it has by way of it, with no record; the answer names them, each by a
/// record whose payload is one zero byte, which goes nowhere.
/// Numbers are most significant byte first.
/// </remarks>
public static class InnerLayout
{
    /// <summary>The longest datagram unless configured, in bytes of UDP payload: what 1500 bytes of Ethernet leave under IPv6.</summary>
    public const int DefaultMaxLength = 1452;

    /// <summary>Header, IPv6 record header and tag: beyond a payload of this much less, a datagram has room for any.</summary>
    public const int MaxOverhead = HeaderLength + MaxRecordHeaderLength + TagLength;

    internal const byte Magic = 0xD1;
    internal const int HeaderLength = 4;
    internal const int TagLength = 8;
    internal const int MaxRecordHeaderLength = FixedRecordLength + 16;

    internal const int TaggedFlag = 0x01;
    internal const int ToRelayFlag = 0x02;
    internal const int FlowsFlag = 0x04;
    internal const int UnknownFlags = 0x08;
    internal const int KeyIdShift = 4;

    private const int FixedRecordLength = 5;
    private const int TcpFlag = 0x01;
    private const int IPv6Flag = 0x02;

    internal static int RecordHeaderLength(in TransportAddress client) => FixedRecordLength + (client.IsIPv4 ? 4 : 16);

    internal static void WriteHeader(Span<byte> datagram, InnerDirection direction, ushort ingress)
    {
        datagram[0] = Magic;
        datagram[1] = direction == InnerDirection.ToRelay ? (byte)ToRelayFlag : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], ingress);
    }

    internal static void WriteRecordHeader(Span<byte> record, in TransportAddress client, int payloadLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)payloadLength);
        var isIPv4 = client.IsIPv4;
        record[2] = (byte)((client.Protocol == TransportProtocol.Tcp ? TcpFlag : 0) | (isIPv4 ? 0 : IPv6Flag));
        BinaryPrimitives.WriteUInt16BigEndian(record[3..], client.Port);
        if (isIPv4) BinaryPrimitives.WriteUInt32BigEndian(record[FixedRecordLength..], client.IPv4);
        else BinaryPrimitives.WriteUInt128BigEndian(record[FixedRecordLength..], client.Ip);
    }

    /// <summary>False when the record does not fit into <paramref name="records"/>, or says what no writer writes.</summary>
    internal static bool TryReadRecord(ReadOnlySpan<byte> records, out TransportAddress client, out int payloadOffset, out int payloadLength)
    {
        client = default;
        payloadOffset = payloadLength = 0;
        if (records.Length < FixedRecordLength) return false;
        int flags = records[2];
        if ((flags & ~(TcpFlag | IPv6Flag)) != 0) return false;
        var isIPv6 = (flags & IPv6Flag) != 0;
        payloadLength = BinaryPrimitives.ReadUInt16BigEndian(records);
        payloadOffset = FixedRecordLength + (isIPv6 ? 16 : 4);
        if (payloadOffset + payloadLength > records.Length) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(records[3..]);
        client = isIPv6
            ? new TransportAddress(BinaryPrimitives.ReadUInt128BigEndian(records[FixedRecordLength..]), port)
            : TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(records[FixedRecordLength..]), port);
        if ((flags & TcpFlag) != 0) client = client with { Protocol = TransportProtocol.Tcp };
        return true;
    }
}
