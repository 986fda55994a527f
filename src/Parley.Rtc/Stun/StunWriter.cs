using System.Buffers.Binary;

namespace Parley.Rtc.Stun;

/// <summary>
/// Writes one STUN message into a caller's buffer, attribute by attribute; <see cref="Finish"/> seals it. The buffer
/// must be large enough: the messages written here are at most <see cref="MaxMessageLength"/> bytes. (RFC 8489 §5, §14)
/// </summary>
internal ref struct StunWriter
{
    /// <summary>Header, USERNAME of two 256-character ufrags, and every other attribute that ICE writes.</summary>
    public const int MaxMessageLength = 700;

    private readonly Span<byte> _buffer;
    private int _length;

    public StunWriter(Span<byte> buffer, StunMessageType type, ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)type);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.MagicCookie);
        transactionId.CopyTo(buffer[8..]);
        _length = StunMessage.HeaderLength;
    }

    public void AddUsername(ReadOnlySpan<byte> username) => username.CopyTo(Add(StunAttributeType.Username, username.Length));

    public void AddPriority(uint priority) => BinaryPrimitives.WriteUInt32BigEndian(Add(StunAttributeType.Priority, 4), priority);

    public void AddUseCandidate() => Add(StunAttributeType.UseCandidate, 0);

    public void AddRole(bool isControlling, ulong tieBreaker) =>
        BinaryPrimitives.WriteUInt64BigEndian(
            Add(isControlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled, 8), tieBreaker);

    public void AddXorMappedAddress(TransportAddress address)
    {
        Span<byte> value = stackalloc byte[StunAddress.MaxLength];
        var length = StunAddress.Write(value, address, _buffer.Slice(8, StunMessage.TransactionIdLength));
        value[..length].CopyTo(Add(StunAttributeType.XorMappedAddress, length));
    }

    /// <summary>ERROR-CODE with an empty reason phrase. (RFC 8489 §14.8)</summary>
    public void AddErrorCode(StunErrorCode code)
    {
        var value = Add(StunAttributeType.ErrorCode, 4);
        BinaryPrimitives.WriteUInt16BigEndian(value, 0);
        value[2] = (byte)((int)code / 100);
        value[3] = (byte)((int)code % 100);
    }

    /// <summary>UNKNOWN-ATTRIBUTES: what <paramref name="request"/> asked for and is not understood. (RFC 8489 §14.9)</summary>
    public void AddUnknownAttributes(in StunMessage request)
    {
        var value = Add(StunAttributeType.UnknownAttributes, request.UnknownCount * 2);
        for (var i = 0; i < request.UnknownCount; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(2 * i)..], request.Unknown(i));
    }

    public void AddMessageIntegrity(StunIntegrity integrity)
    {
        var offset = _length;
        var tag = Add(StunAttributeType.MessageIntegrity, StunIntegrity.TagLength);
        integrity.Compute(_buffer, offset, tag);
    }

    /// <summary>Adds FINGERPRINT, sets the header's length and returns the message's length in bytes.</summary>
    public int Finish()
    {
        var offset = _length;
        var value = Add(StunAttributeType.Fingerprint, 4);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(_length - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Compute(_buffer[..offset]) ^ StunMessage.FingerprintXor);
        return _length;
    }

    /// <summary>Appends an attribute; its value is to be written into the span returned.</summary>
    public Span<byte> Add(StunAttributeType type, int length)
    {
        var attribute = _buffer[_length..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        var padded = (length + 3) & ~3;
        attribute[(4 + length)..(4 + padded)].Clear();
        _length += 4 + padded;
        return attribute.Slice(4, length);
    }
}
