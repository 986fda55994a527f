using System.Buffers.Binary;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>What the hellos of a DTLS 1.2 handshake say: who is the client, and which SRTP profile the server chose.</summary>
internal sealed class DtlsHandshake
{
    private const byte HandshakeRecord = 22, ClientHello = 1, ServerHello = 2;
    private const int RecordHeader = 13, MessageHeader = 12, UseSrtp = 14;

    /// <summary>True when the phone sent the ClientHello; null before one was seen.</summary>
    public bool? IsPhoneClient { get; private set; }

    /// <summary>Its name as IANA has it; null before a ServerHello with one was seen.</summary>
    public string? SrtpProfile { get; private set; }

    /// <summary>Reads a datagram along; what is no hello is passed over.</summary>
    public void Read(ReadOnlySpan<byte> datagram, bool isFromPhone)
    {
        while (datagram.Length > RecordHeader + MessageHeader && datagram[0] == HandshakeRecord)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (datagram.Length < RecordHeader + length) return;
            var message = datagram.Slice(RecordHeader, length);
            if (message[0] == ClientHello) IsPhoneClient = isFromPhone;
            else if (message[0] == ServerHello) SrtpProfile = ReadProfile(message[MessageHeader..]) ?? SrtpProfile;
            datagram = datagram[(RecordHeader + length)..];
        }
    }

    /// <summary>Version, random, session id, suite, compression, extensions. (RFC 5246 §7.4.1.3, RFC 5764 §4.1.1)</summary>
    private static string? ReadProfile(ReadOnlySpan<byte> hello)
    {
        if (hello.Length < 35) return null;
        var rest = hello[34..];
        var skip = 1 + rest[0] + 3 + 2;
        while (rest.Length >= skip + 4)
        {
            rest = rest[skip..];
            var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (type == UseSrtp && rest.Length >= 8) return NameOf(BinaryPrimitives.ReadUInt16BigEndian(rest[6..]));
            skip = 4 + length;
        }
        return null;
    }

    private static string NameOf(int profile) => profile switch
    {
        1 => "AES128_CM_SHA1_80",
        2 => "AES128_CM_SHA1_32",
        7 => "AEAD_AES_128_GCM",
        8 => "AEAD_AES_256_GCM",
        _ => $"0x{profile:X4}",
    };
}
