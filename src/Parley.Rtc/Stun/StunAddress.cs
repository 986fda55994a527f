using System.Buffers.Binary;

namespace Parley.Rtc.Stun;

/// <summary>The value of XOR-MAPPED-ADDRESS. (RFC 8489 §14.2)</summary>
internal static class StunAddress
{
    public const int MaxLength = 20;

    private const byte FamilyIPv4 = 1;
    private const byte FamilyIPv6 = 2;

    public static bool TryRead(ReadOnlySpan<byte> value, ReadOnlySpan<byte> transactionId, out TransportAddress address)
    {
        address = default;
        if (value.Length < 8) return false;
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (StunMessage.MagicCookie >> 16));
        switch (value[1])
        {
            case FamilyIPv4 when value.Length == 8:
                address = TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ StunMessage.MagicCookie, port);
                return true;
            case FamilyIPv6 when value.Length == 20:
                address = new TransportAddress(BinaryPrimitives.ReadUInt128BigEndian(value[4..]) ^ Mask(transactionId), port);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the value and returns its length, 8 or 20 bytes.</summary>
    public static int Write(Span<byte> value, TransportAddress address, ReadOnlySpan<byte> transactionId)
    {
        value[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunMessage.MagicCookie >> 16)));
        if (address.IsIPv4)
        {
            value[1] = FamilyIPv4;
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], address.IPv4 ^ StunMessage.MagicCookie);
            return 8;
        }
        value[1] = FamilyIPv6;
        BinaryPrimitives.WriteUInt128BigEndian(value[4..], address.Ip ^ Mask(transactionId));
        return 20;
    }

    /// <summary>IPv6 addresses are XORed with the cookie and the transaction id behind it.</summary>
    private static UInt128 Mask(ReadOnlySpan<byte> transactionId)
    {
        Span<byte> mask = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(mask, StunMessage.MagicCookie);
        transactionId.CopyTo(mask[4..]);
        return BinaryPrimitives.ReadUInt128BigEndian(mask);
    }
}
