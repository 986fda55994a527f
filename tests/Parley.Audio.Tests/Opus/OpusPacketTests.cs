using CsCheck;

namespace Parley.Audio.Tests;

public sealed class OpusPacketTests
{
    [Theory]
    // RFC 6716 Table 2: the first configuration of each row, one frame.
    [InlineData(0, OpusMode.Silk, OpusBandwidth.Narrow, 480)]
    [InlineData(3, OpusMode.Silk, OpusBandwidth.Narrow, 2880)]
    [InlineData(5, OpusMode.Silk, OpusBandwidth.Medium, 960)]
    [InlineData(10, OpusMode.Silk, OpusBandwidth.Wide, 1920)]
    [InlineData(12, OpusMode.Hybrid, OpusBandwidth.SuperWide, 480)]
    [InlineData(15, OpusMode.Hybrid, OpusBandwidth.Full, 960)]
    [InlineData(16, OpusMode.Celt, OpusBandwidth.Narrow, 120)]
    [InlineData(21, OpusMode.Celt, OpusBandwidth.Wide, 240)]
    [InlineData(26, OpusMode.Celt, OpusBandwidth.SuperWide, 480)]
    [InlineData(31, OpusMode.Celt, OpusBandwidth.Full, 960)]
    public void The_first_byte_tells_mode_band_and_duration(int configuration, OpusMode mode, OpusBandwidth bandwidth, int duration)
    {
        Assert.True(OpusPacket.TryParse([(byte)(configuration << 3), 0, 0], out var packet));
        Assert.Equal((mode, bandwidth, duration), (packet.Mode, packet.Bandwidth, packet.Duration));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x79, 1 })] // two equal frames of half a byte
    [InlineData(new byte[] { 0x7A, 5, 1, 2 })] // a first frame that is longer than the packet
    [InlineData(new byte[] { 0x7B })] // no frame count
    [InlineData(new byte[] { 0x7B, 0 })] // no frame
    [InlineData(new byte[] { 0x7B, 7, 1, 1, 1, 1, 1, 1, 1 })] // 140 ms
    [InlineData(new byte[] { 0x7B, 0x41, 200 })] // more padding than packet
    public void A_packet_that_breaks_a_rule_is_refused(byte[] bytes) => Assert.False(OpusPacket.TryParse(bytes, out _));

    [Fact]
    public void What_the_parser_accepts_is_what_libopus_accepts()
    {
        using var decoder = new OpusDecoder(48000);
        var pcm = new short[decoder.MaxSamples];
        Gen.Byte.Array[1, 60].Sample(bytes =>
        {
            var parsed = OpusPacket.TryParse(bytes, out var packet);
            var samples = decoder.Decode(bytes, pcm);
            Assert.Equal(samples, parsed ? packet.Duration : 0);
        }, iter: 5000, threads: 1);
    }

    [Theory]
    [InlineData(480)]
    [InlineData(960)]
    [InlineData(1440)]
    public void Redundancy_is_seen_when_the_encoder_makes_it_and_only_then(int frame)
    {
        Assert.True(ShareWithFec(frame, expectedLoss: 25) > 0.7);
        Assert.Equal(0, ShareWithFec(frame, expectedLoss: 0));
    }

    private static double ShareWithFec(int frame, int expectedLoss)
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { ExpectedLossPercent = expectedLoss });
        var voice = Signals.VoiceLike(24000, 24000 * 3);
        var bytes = new byte[OpusEncoder.MaxPacketLength];
        int packets = 0, redundant = 0;
        for (var at = 0; at + frame <= voice.Length; at += frame, packets++)
        {
            var length = encoder.Encode(voice.AsSpan(at, frame), bytes);
            Assert.True(OpusPacket.TryParse(bytes.AsSpan(0, length), out var packet));
            Assert.Equal(frame * 2, packet.Duration);
            if (packet.HasInbandFec) redundant++;
        }
        return (double)redundant / packets;
    }
}
