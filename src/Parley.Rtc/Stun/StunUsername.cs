using System.Buffers.Binary;

namespace Parley.Rtc.Stun;

/// <summary>
/// Reads the one thing a driver or relay needs from a first packet: whom it is for. Nothing is verified beyond the
/// shape; the call that the name leads to checks the message's integrity.
/// </summary>
public static class StunUsername
{
    /// <summary>Longest ufrag. (RFC 8839 §5.4)</summary>
    public const int MaxUfragLength = 256;

    /// <summary>
    /// The receiver's ufrag in a Binding request: the part of USERNAME before the colon (RFC 8445 §7.2.2), as a slice of
    /// <paramref name="packet"/>. False for anything else. Allocates nothing, whatever the bytes are.
    /// </summary>
    public static bool TryReadServerUfrag(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> ufrag)
    {
        ufrag = default;
        if (packet.Length < StunMessage.HeaderLength || packet.Length % 4 != 0
            || BinaryPrimitives.ReadUInt16BigEndian(packet) != (ushort)StunMessageType.BindingRequest
            || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != StunMessage.MagicCookie
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != packet.Length - StunMessage.HeaderLength)
            return false;
        var attributes = packet[StunMessage.HeaderLength..];
        while (attributes.Length >= 4)
        {
            var type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(attributes);
            int length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            var padded = (length + 3) & ~3;
            if (padded > attributes.Length - 4) return false;
            if (type == StunAttributeType.Username)
            {
                var colon = attributes.Slice(4, length).IndexOf((byte)':');
                if (colon is < 1 or > MaxUfragLength) return false;
                ufrag = attributes.Slice(4, colon);
                return true;
            }
            attributes = attributes[(4 + padded)..];
        }
        return false;
    }
}
