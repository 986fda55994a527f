using CsCheck;
using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Extensions;

namespace Parley.Rtc.Tests.Rtp;

public sealed class HeaderExtensionTests
{
    private static readonly HeaderExtensionMap Map = HeaderExtensionMap.Offered;

    [Fact]
    public void What_is_written_reads_back()
    {
        var packet = Packet(out var length);
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(packet.AsSpan(0, length), out var header));
        Assert.Equal((0xBEDE, 16), (header.ExtensionProfile, header.ExtensionLength));
        var read = HeaderExtensions.Read(packet, header, Map);
        Assert.Equal(new AudioLevel(33, true), read.AudioLevel);
        Assert.Equal(0xABCDEFu, read.AbsoluteSendTime);
        Assert.Equal((ushort)0xFFFE, read.TransportSequence);
        Assert.Equal("aud0"u8.ToArray(), read.Mid.ToArray());
    }

    [Fact]
    public void Two_byte_elements_are_read_with_their_padding_and_empty_ones()
    {
        // Audio level (id 1), an unknown empty element (id 9), padding, transport sequence (id 3). (RFC 8285 §4.3)
        byte[] packet = [.. Head, 0x10, 0x05, 0, 3, 1, 1, 0x85, 9, 0, 0, 0, 3, 2, 0x12, 0x34, 0];
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(packet, out var header));
        var read = HeaderExtensions.Read(packet, header, Map);
        Assert.Equal(new AudioLevel(5, true), read.AudioLevel);
        Assert.Equal((ushort)0x1234, read.TransportSequence);
        Assert.Null(read.AbsoluteSendTime);
    }

    [Fact]
    public void Id_fifteen_ends_the_reading_and_an_overrun_keeps_what_was_read()
    {
        byte[] stopped = [.. Head, 0xBE, 0xDE, 0, 2, 0x10, 0x22, 0xF0, 0x00, 0x31, 0x00, 0x01, 0x00];
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(stopped, out var header));
        var read = HeaderExtensions.Read(stopped, header, Map);
        Assert.Equal(new AudioLevel(0x22, false), read.AudioLevel);
        Assert.Null(read.TransportSequence);
        byte[] overrun = [.. Head, 0xBE, 0xDE, 0, 1, 0x10, 0x22, 0x3F, 0x00];
        Assert.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(overrun, out header));
        Assert.Equal(new AudioLevel(0x22, false), HeaderExtensions.Read(overrun, header, Map).AudioLevel);
    }

    [Fact]
    public void Ids_that_were_not_agreed_and_other_profiles_mean_nothing()
    {
        var packet = Packet(out var length);
        RtpHeader.TryParse(packet.AsSpan(0, length), out var header);
        Assert.Null(HeaderExtensions.Read(packet, header, new HeaderExtensionMap { AudioLevel = 7 }).AudioLevel);
        packet[RtpHeader.FixedLength] = 0x77;
        RtpHeader.TryParse(packet.AsSpan(0, length), out header);
        Assert.Null(HeaderExtensions.Read(packet, header, Map).AudioLevel);
    }

    [Fact]
    public void Ids_above_fourteen_are_read_and_not_written()
    {
        var map = new HeaderExtensionMap { AudioLevel = 200, TransportSequence = 3 };
        var bytes = new byte[HeaderExtensions.MaxLength];
        var length = new HeaderExtensions { AudioLevel = new AudioLevel(1, false), TransportSequence = 5 }.Write(bytes, map);
        Assert.Equal([0xBE, 0xDE, 0, 1, 0x31, 0, 5, 0], bytes[..length]);
    }

    [Fact]
    public void Nothing_to_say_writes_nothing_and_a_mid_too_long_is_left_out()
    {
        var bytes = new byte[64];
        Assert.Equal(0, default(HeaderExtensions).Write(bytes, Map));
        Assert.Equal(0, new HeaderExtensions { Mid = new byte[17] }.Write(bytes, Map));
    }

    [Fact]
    public void The_longest_set_fits_what_the_longest_audio_packet_leaves_for_it()
    {
        var bytes = new byte[100];
        var longest = new HeaderExtensions { AudioLevel = default(AudioLevel), AbsoluteSendTime = 0, TransportSequence = 0, Mid = new byte[16] };
        Assert.Equal(HeaderExtensions.MaxLength, longest.Write(bytes, Map));
    }

    [Fact]
    public void Random_and_mutated_extensions_never_throw()
    {
        var packet = Packet(out var length);
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Bool).Sample((bytes, isOneByte) =>
        {
            byte[] random = [.. Head, .. isOneByte ? new byte[] { 0xBE, 0xDE } : [0x10, 0x00], 0, (byte)(bytes.Length / 4), .. bytes];
            Read(random);
        });
        Gen.Select(Gen.Int[0, length - 1], Gen.Byte).Sample((index, value) =>
        {
            var mutated = packet[..length];
            mutated[index] = value;
            Read(mutated);
        });

        static void Read(byte[] bytes)
        {
            if (RtpHeader.TryParse(bytes, out var header) == RtpParseStatus.Ok) _ = HeaderExtensions.Read(bytes, header, Map).AudioLevel;
        }
    }

    [Fact]
    public void Levels_are_measured_in_decibels_below_overload()
    {
        Assert.Equal(new AudioLevel(127, false), AudioLevel.Of(new short[480], isVoice: false));
        Assert.Equal(new AudioLevel(0, true), AudioLevel.Of(Enumerable.Repeat(short.MaxValue, 480).ToArray(), isVoice: true));
        Assert.Equal(20, AudioLevel.Of(Enumerable.Repeat((short)3277, 480).ToArray(), isVoice: true).Attenuation);
    }

    /// <summary>A fixed header with the extension bit set.</summary>
    private static byte[] Head => [0x90, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];

    private static byte[] Packet(out int length)
    {
        var packet = new byte[100];
        new RtpHeader { PayloadType = 111, Ssrc = 9 }.Write(packet, hasExtension: true);
        var extensions = new HeaderExtensions { AudioLevel = new AudioLevel(33, true), AbsoluteSendTime = 0xABCDEF, TransportSequence = 0xFFFE, Mid = "aud0"u8 };
        length = RtpHeader.FixedLength + extensions.Write(packet.AsSpan(RtpHeader.FixedLength), Map);
        return packet;
    }
}
