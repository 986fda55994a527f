using System.Buffers.Binary;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>Cuts the one handshake message of a datagram into fragments, each in a record and datagram of its own. (RFC 6347 §4.2.3)</summary>
internal static class ClientHelloFragments
{
    private const int RecordHeader = 13;
    private const int HandshakeHeader = 12;

    public static IEnumerable<byte[]> Of(byte[] datagram, int fragmentLength)
    {
        var body = datagram[(RecordHeader + HandshakeHeader)..];
        for (var offset = 0; offset < body.Length; offset += fragmentLength)
        {
            var length = Math.Min(fragmentLength, body.Length - offset);
            var fragment = new byte[RecordHeader + HandshakeHeader + length];
            datagram.AsSpan(0, RecordHeader + HandshakeHeader).CopyTo(fragment);
            fragment[10] = (byte)(offset / fragmentLength); // record sequence number, last byte
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(11), (ushort)(HandshakeHeader + length));
            fragment[RecordHeader + 6] = 0; // fragment offset, 24 bits
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(RecordHeader + 7), (ushort)offset);
            fragment[RecordHeader + 9] = 0; // fragment length, 24 bits
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(RecordHeader + 10), (ushort)length);
            body.AsSpan(offset, length).CopyTo(fragment.AsSpan(RecordHeader + HandshakeHeader));
            yield return fragment;
        }
    }
}
