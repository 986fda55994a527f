using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Rtc.Crypto;

namespace Parley.Rtc.Stun;

/// <summary>What a relay can say of a connectivity check when it knows the password and has no call at hand.</summary>
public static class StunCheck
{
    /// <summary>No check of a client is longer than this, in bytes; what is longer is not authentic here.</summary>
    public const int MaxLength = 1280;

    /// <summary>
    /// True for a Binding request whose MESSAGE-INTEGRITY was made with <paramref name="password"/> and whose FINGERPRINT, which ICE
    /// demands (RFC 8445 §7.1), holds. Allocates nothing, whatever the bytes are; constant time in the tag.
    /// </summary>
    public static bool IsAuthentic(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> password)
    {
        if (packet.Length > MaxLength || StunMessage.TryParse(packet, out var message) != StunParseStatus.Ok
            || message.Type != StunMessageType.BindingRequest || !message.HasFingerprint || message.IntegrityOffset == 0)
            return false;
        Span<byte> covered = stackalloc byte[MaxLength];
        covered = covered[..message.IntegrityOffset];
        packet[..message.IntegrityOffset].CopyTo(covered);
        // As if the message ended with MESSAGE-INTEGRITY. (RFC 8489 §14.5)
        BinaryPrimitives.WriteUInt16BigEndian(
            covered[2..], (ushort)(message.IntegrityOffset + 4 + StunIntegrity.TagLength - StunMessage.HeaderLength));
        Span<byte> tag = stackalloc byte[StunIntegrity.TagLength];
        HmacSha1.HashData(password, covered, tag);
        return CryptographicOperations.FixedTimeEquals(tag, packet.Slice(message.IntegrityOffset + 4, StunIntegrity.TagLength));
    }
}
