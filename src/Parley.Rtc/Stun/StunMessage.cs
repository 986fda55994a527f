using System.Buffers.Binary;

namespace Parley.Rtc.Stun;

/// <summary>
/// A parsed view of one STUN message: it owns nothing and is valid as long as the packet is. Parsing is one pass over
/// the attributes, never throws and allocates nothing. (RFC 8489 §5, §14)
/// </summary>
internal ref struct StunMessage
{
    public const int HeaderLength = 20;
    public const int TransactionIdLength = 12;
    public const uint MagicCookie = 0x2112A442;

    /// <summary>How many unknown comprehension-required attributes are named in a 420 response; more are left out.</summary>
    public const int MaxUnknownAttributes = 8;

    /// <summary>What FINGERPRINT's CRC-32 is XORed with. (RFC 8489 §14.7)</summary>
    public const uint FingerprintXor = 0x5354554E;

    private UnknownTypes _unknown;

    public StunMessageType Type { get; private set; }

    public ReadOnlySpan<byte> TransactionId { get; private set; }

    public ReadOnlySpan<byte> Packet { get; private set; }

    public bool HasUsername { get; private set; }

    public ReadOnlySpan<byte> Username { get; private set; }

    /// <summary>Where the MESSAGE-INTEGRITY attribute starts in the packet; 0 when there is none.</summary>
    public int IntegrityOffset { get; private set; }

    public bool HasFingerprint { get; private set; }

    public TransportAddress? XorMappedAddress { get; private set; }

    public uint? Priority { get; private set; }

    public bool UseCandidate { get; private set; }

    /// <summary>The tie-breaker of ICE-CONTROLLING, when the sender believes it is controlling.</summary>
    public ulong? IceControlling { get; private set; }

    /// <summary>The tie-breaker of ICE-CONTROLLED, when the sender believes it is controlled.</summary>
    public ulong? IceControlled { get; private set; }

    /// <summary>100 × class + number of ERROR-CODE; 0 when absent.</summary>
    public int ErrorCode { get; private set; }

    /// <summary>Comprehension-required attributes that are not known here, at most <see cref="MaxUnknownAttributes"/>.</summary>
    public int UnknownCount { get; private set; }

    public readonly ushort Unknown(int index) => _unknown[index];

    /// <summary>True when the first byte says STUN among the protocols on the port. (RFC 7983 §7)</summary>
    public static bool LooksLikeStun(ReadOnlySpan<byte> packet) => packet.Length >= HeaderLength && packet[0] < 4;

    public static StunParseStatus TryParse(ReadOnlySpan<byte> packet, out StunMessage message)
    {
        message = default;
        if (!LooksLikeStun(packet)
            || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != MagicCookie
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != packet.Length - HeaderLength
            || packet.Length % 4 != 0)
            return StunParseStatus.NotStun;

        message.Packet = packet;
        message.Type = (StunMessageType)BinaryPrimitives.ReadUInt16BigEndian(packet);
        message.TransactionId = packet.Slice(8, TransactionIdLength);

        for (var offset = HeaderLength; offset < packet.Length;)
        {
            // Packet and attribute offsets are multiples of 4, so the four header bytes are always there.
            var type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
            var padded = (length + 3) & ~3;
            if (offset + 4 + padded > packet.Length) return StunParseStatus.MalformedAttribute;
            var status = message.Take(type, packet.Slice(offset + 4, length), offset);
            if (status != StunParseStatus.Ok) return status;
            offset += 4 + padded;
            // FINGERPRINT is the last attribute. (RFC 8489 §14.7)
            if (message.HasFingerprint && offset != packet.Length) return StunParseStatus.MalformedAttribute;
        }
        return StunParseStatus.Ok;
    }

    private StunParseStatus Take(StunAttributeType type, ReadOnlySpan<byte> value, int offset)
    {
        if (type == StunAttributeType.Fingerprint)
        {
            if (value.Length != 4) return StunParseStatus.MalformedAttribute;
            HasFingerprint = true;
            var expected = Crc32.Compute(Packet[..offset]) ^ FingerprintXor;
            return BinaryPrimitives.ReadUInt32BigEndian(value) == expected ? StunParseStatus.Ok : StunParseStatus.BadFingerprint;
        }
        // What follows MESSAGE-INTEGRITY is not protected by it and is ignored. (RFC 8489 §14.5)
        if (IntegrityOffset != 0) return StunParseStatus.Ok;
        switch (type)
        {
            case StunAttributeType.MessageIntegrity:
                if (value.Length != StunIntegrity.TagLength) return StunParseStatus.MalformedAttribute;
                IntegrityOffset = offset;
                break;
            case StunAttributeType.Username:
                // The first of a repeated attribute counts. (RFC 8489 §14)
                if (HasUsername) break;
                HasUsername = true;
                Username = value;
                break;
            case StunAttributeType.XorMappedAddress:
                if (XorMappedAddress is not null) break;
                if (!StunAddress.TryRead(value, TransactionId, out var address)) return StunParseStatus.MalformedAttribute;
                XorMappedAddress = address;
                break;
            case StunAttributeType.Priority:
                if (value.Length != 4) return StunParseStatus.MalformedAttribute;
                Priority ??= BinaryPrimitives.ReadUInt32BigEndian(value);
                break;
            case StunAttributeType.UseCandidate:
                UseCandidate = true;
                break;
            case StunAttributeType.IceControlling:
                if (value.Length != 8) return StunParseStatus.MalformedAttribute;
                IceControlling ??= BinaryPrimitives.ReadUInt64BigEndian(value);
                break;
            case StunAttributeType.IceControlled:
                if (value.Length != 8) return StunParseStatus.MalformedAttribute;
                IceControlled ??= BinaryPrimitives.ReadUInt64BigEndian(value);
                break;
            case StunAttributeType.ErrorCode:
                if (value.Length < 4 || (value[2] & 7) is < 3 or > 6 || value[3] > 99) return StunParseStatus.MalformedAttribute;
                if (ErrorCode == 0) ErrorCode = (value[2] & 7) * 100 + value[3];
                break;
            case StunAttributeType.UnknownAttributes:
                break;
            default:
                if ((ushort)type < 0x8000 && UnknownCount < MaxUnknownAttributes) _unknown[UnknownCount++] = (ushort)type;
                break;
        }
        return StunParseStatus.Ok;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxUnknownAttributes)]
    private struct UnknownTypes
    {
        private ushort _first;
    }
}
