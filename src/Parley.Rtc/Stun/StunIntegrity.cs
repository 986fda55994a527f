using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Rtc.Crypto;

namespace Parley.Rtc.Stun;

/// <summary>
/// MESSAGE-INTEGRITY under one short-term credential: HMAC-SHA1 keyed with the password. One instance serves every
/// message of a session, so that a check allocates nothing. (RFC 8489 §9.1, §14.5)
/// </summary>
internal sealed class StunIntegrity : IDisposable
{
    public const int TagLength = HmacSha1.Length;

    private readonly HmacSha1 _hmac;

    /// <param name="password">The ICE password. Its characters are ASCII, so OpaqueString preparation changes nothing. (RFC 8489 §9.1.1)</param>
    public StunIntegrity(string password) => _hmac = HmacSha1.Create(Encoding.UTF8.GetBytes(password));

    /// <summary>True when the message has a MESSAGE-INTEGRITY that this password made. Constant time in the tag.</summary>
    public bool Verify(in StunMessage message)
    {
        if (message.IntegrityOffset == 0) return false;
        Span<byte> tag = stackalloc byte[TagLength];
        Compute(message.Packet, message.IntegrityOffset, tag);
        return CryptographicOperations.FixedTimeEquals(tag, message.Packet.Slice(message.IntegrityOffset + 4, TagLength));
    }

    /// <summary>
    /// The tag of a message whose MESSAGE-INTEGRITY starts at <paramref name="offset"/>. The header's length is taken
    /// as if the message ended with that attribute. (RFC 8489 §14.5)
    /// </summary>
    public void Compute(ReadOnlySpan<byte> packet, int offset, Span<byte> tag)
    {
        Span<byte> header = stackalloc byte[StunMessage.HeaderLength];
        packet[..StunMessage.HeaderLength].CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(offset + 4 + TagLength - StunMessage.HeaderLength));
        _hmac.Compute(header, packet[StunMessage.HeaderLength..offset], tag);
    }

    public void Dispose() => _hmac.Dispose();
}
