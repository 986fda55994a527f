using System.Buffers.Binary;

namespace Parley.Rtc.Rtp.Extensions;

/// <summary>What the header extensions of one packet say; null where one is absent or not in use.</summary>
internal readonly ref struct HeaderExtensions
{
    /// <summary>Bytes of all extensions that are written, at most: four of head, and the elements up to a 32-bit boundary.</summary>
    public const int MaxLength = 4 + 28;

    /// <summary>Longest mid that is written: what one element of the one-byte form holds. (RFC 8285 §4.2)</summary>
    public const int MaxMidLength = 16;

    private const ushort OneByteProfile = 0xBEDE;
    private const ushort TwoByteProfile = 0x1000;

    public AudioLevel? AudioLevel { get; init; }

    /// <summary>24 bits, 6.18 fixed-point seconds on the sender's clock.</summary>
    public uint? AbsoluteSendTime { get; init; }

    public ushort? TransportSequence { get; init; }

    /// <summary>Empty when absent.</summary>
    public ReadOnlySpan<byte> Mid { get; init; }

    /// <summary>
    /// Reads one-byte and two-byte elements. Unknown ids are passed over; an element that runs past the end ends the reading, and what
    /// was read before it holds. (RFC 8285 §4.2, §4.3)
    /// </summary>
    public static HeaderExtensions Read(ReadOnlySpan<byte> packet, in RtpHeader header, in HeaderExtensionMap map)
    {
        var rest = packet.Slice(header.ExtensionOffset, header.ExtensionLength);
        var isOneByte = header.ExtensionProfile == OneByteProfile;
        // The low four bits of the two-byte form's profile are the application's. (RFC 8285 §4.3)
        if ((!isOneByte && (header.ExtensionProfile & 0xFFF0) != TwoByteProfile) || map.IsEmpty) return default;
        AudioLevel? level = null;
        uint? time = null;
        ushort? sequence = null;
        ReadOnlySpan<byte> mid = default;
        while (TryTakeElement(ref rest, isOneByte, out var id, out var data))
        {
            if (id == map.AudioLevel && data.Length >= 1) level = new AudioLevel((byte)(data[0] & 0x7F), (data[0] & 0x80) != 0);
            else if (id == map.AbsoluteSendTime && data.Length >= 3) time = (uint)(data[0] << 16 | data[1] << 8 | data[2]);
            else if (id == map.TransportSequence && data.Length >= 2) sequence = BinaryPrimitives.ReadUInt16BigEndian(data);
            else if (id == map.Mid) mid = data;
        }
        return new HeaderExtensions { AudioLevel = level, AbsoluteSendTime = time, TransportSequence = sequence, Mid = mid };
    }

    /// <summary>Writes in the one-byte form what is set here and has an id that fits it. Returns the bytes written, 0 for none.</summary>
    public int Write(Span<byte> destination, in HeaderExtensionMap map)
    {
        var length = 4;
        if (AudioLevel is { } level && IsWritable(map.AudioLevel))
        {
            destination[length++] = Head(map.AudioLevel, 1);
            destination[length++] = (byte)((level.IsVoice ? 0x80 : 0) | Math.Min(level.Attenuation, Rtc.AudioLevel.Silence));
        }
        if (AbsoluteSendTime is { } time && IsWritable(map.AbsoluteSendTime))
        {
            destination[length++] = Head(map.AbsoluteSendTime, 3);
            destination[length++] = (byte)(time >> 16);
            destination[length++] = (byte)(time >> 8);
            destination[length++] = (byte)time;
        }
        if (TransportSequence is { } sequence && IsWritable(map.TransportSequence))
        {
            destination[length++] = Head(map.TransportSequence, 2);
            BinaryPrimitives.WriteUInt16BigEndian(destination[length..], sequence);
            length += 2;
        }
        if (Mid.Length is > 0 and <= MaxMidLength && IsWritable(map.Mid))
        {
            destination[length++] = Head(map.Mid, Mid.Length);
            Mid.CopyTo(destination[length..]);
            length += Mid.Length;
        }
        if (length == 4) return 0;
        while (length % 4 != 0) destination[length++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination, OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(length / 4 - 1));
        return length;
    }

    private static bool IsWritable(byte id) => id is > 0 and <= HeaderExtensionMap.MaxOneByteId;

    private static byte Head(byte id, int length) => (byte)(id << 4 | (length - 1));

    private static bool TryTakeElement(scoped ref ReadOnlySpan<byte> rest, bool isOneByte, out int id, out ReadOnlySpan<byte> data)
    {
        id = 0;
        data = default;
        rest = rest.TrimStart((byte)0); // padding
        if (rest.IsEmpty) return false;
        var head = isOneByte ? 1 : 2;
        if (rest.Length < head) return false;
        id = isOneByte ? rest[0] >> 4 : rest[0];
        // Id 15 of the one-byte form ends the reading, whatever follows. (RFC 8285 §4.2)
        if (isOneByte && id == 15) return false;
        var length = isOneByte ? (rest[0] & 0x0F) + 1 : rest[1];
        if (rest.Length < head + length) return false;
        data = rest.Slice(head, length);
        rest = rest[(head + length)..];
        return true;
    }
}
