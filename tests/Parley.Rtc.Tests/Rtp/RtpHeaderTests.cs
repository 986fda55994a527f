using CsCheck;
using Parley.Rtc.Rtp;

namespace Parley.Rtc.Tests.Rtp;

public sealed class RtpHeaderTests
{
    [Fact]
    public void A_written_header_reads_back()
    {
        var header = new RtpHeader { Marker = true, PayloadType = 111, SequenceNumber = new SeqNo(65535), Timestamp = 0xFFFFFFF0, Ssrc = 7 };
        var packet = new byte[RtpHeader.FixedLength + 5];
        header.Write(packet);
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(packet, out var read));
        Assert.Equal(header with { PayloadOffset = 12, PayloadLength = 5 }, read);
    }

    [Fact]
    public void Sources_extensions_and_padding_are_skipped()
    {
        byte[] packet =
        [
            0xB2, 0x6F, 0x00, 0x01, 0, 0, 0, 2, 0, 0, 0, 3, // V=2 P X CC=2, PT 111
            0, 0, 0, 4, 0, 0, 0, 5, // CSRCs
            0xBE, 0xDE, 0x00, 0x01, 0x10, 0xAA, 0, 0, // extension of one word
            1, 2, 3, // payload
            0, 0, 3, // padding
        ];
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(packet, out var header));
        Assert.Equal([1, 2, 3], packet.AsSpan(header.PayloadOffset, header.PayloadLength).ToArray());
        Assert.False(header.Marker);
        Assert.Equal(111, header.PayloadType);
    }

    [Fact]
    public void Padding_longer_than_the_payload_is_refused()
    {
        var packet = new byte[14];
        packet[0] = 0xA0;
        packet[^1] = 3;
        Assert.Equal(RtpParseStatus.BadPadding, RtpHeader.TryParse(packet, out _));
        packet[^1] = 0;
        Assert.Equal(RtpParseStatus.BadPadding, RtpHeader.TryParse(packet, out _));
    }

    [Fact]
    public void Whatever_the_bytes_are_the_payload_lies_within_them() =>
        Gen.Byte.Array[0, 120].Sample(bytes =>
            RtpHeader.TryParse(bytes, out var header) != RtpParseStatus.Ok
            || (header.PayloadOffset >= 12 && header.PayloadLength >= 0 && header.PayloadOffset + header.PayloadLength <= bytes.Length));
}
