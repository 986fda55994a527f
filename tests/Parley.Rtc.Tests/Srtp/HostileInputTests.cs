using CsCheck;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

public sealed class HostileInputTests
{
    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void Random_bytes_are_refused_and_counted(SrtpProfile profile)
    {
        var (_, receiver) = SrtpPackets.Sessions(profile);
        var looksLikeRtp = Gen.Byte.Array[12, 200].Select(bytes =>
        {
            bytes[0] = (byte)(0x80 | (bytes[0] & 0x3F));
            return bytes;
        });
        Gen.OneOf(Gen.Byte.Array[0, 200], looksLikeRtp).Sample(bytes =>
        {
            Assert.NotEqual(SrtpStatus.Ok, receiver.UnprotectRtp(bytes, out byte[] _));
            Assert.NotEqual(SrtpStatus.Ok, receiver.UnprotectRtcp(bytes, out byte[] _));
        }, iter: 5000, threads: 1);
        Assert.Equal(5000, receiver.ReceivedRtp.Total);
        Assert.Equal(5000, receiver.ReceivedRtcp.Total);
        Assert.Equal(0, receiver.ReceivedRtp[SrtpStatus.Ok] + receiver.ReceivedRtcp[SrtpStatus.Ok]);
    }

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void A_packet_cut_anywhere_is_refused_and_the_whole_one_still_accepted(SrtpProfile profile)
    {
        var (sender, receiver) = SrtpPackets.Sessions(profile);
        var random = new Simulation.SeededRandom(2);
        var rtp = sender.ProtectRtp(SrtpPackets.RandomRtp(random, 9, 1));
        var rtcp = sender.ProtectRtcp(SrtpPackets.RandomRtcp(random, 1));
        for (var length = 0; length < rtp.Length; length++) Assert.NotEqual(SrtpStatus.Ok, receiver.UnprotectRtp(rtp[..length], out byte[] _));
        for (var length = 0; length < rtcp.Length; length++) Assert.NotEqual(SrtpStatus.Ok, receiver.UnprotectRtcp(rtcp[..length], out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(rtp, out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtcp(rtcp, out byte[] _));
    }

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void Forged_packets_move_neither_the_window_nor_the_rollover_counter(SrtpProfile profile)
    {
        var (sender, receiver) = SrtpPackets.Sessions(profile);
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(sender.ProtectRtp(SrtpPackets.Rtp(10)), out byte[] _));
        foreach (var sequence in new ushort[] { 11, 30_000, 32_000, 65_535 })
            Assert.Equal(SrtpStatus.AuthenticationFailed, receiver.UnprotectRtp(SrtpPackets.Rtp(sequence), out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(sender.ProtectRtp(SrtpPackets.Rtp(11)), out byte[] _));
    }

    [Fact]
    public void Forged_packets_of_new_sources_take_no_room_and_authentic_ones_only_up_to_the_limit()
    {
        var (sender, receiver) = SrtpPackets.Sessions(SrtpProfile.AeadAes128Gcm);
        for (uint ssrc = 1000; ssrc < 1100; ssrc++)
            Assert.Equal(SrtpStatus.AuthenticationFailed, receiver.UnprotectRtp(SrtpPackets.Rtp(1, ssrc), out byte[] _));
        for (uint ssrc = 0; ssrc < SrtpSession.MaxSources; ssrc++)
            Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(sender.ProtectRtp(SrtpPackets.Rtp(1, ssrc)), out byte[] _));
        Assert.Equal(SrtpStatus.TooManySources, receiver.UnprotectRtp(SrtpPackets.Rtp(1, 999), out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(sender.ProtectRtp(SrtpPackets.Rtp(2, 5)), out byte[] _));
    }

    [Fact]
    public void A_packet_without_room_for_its_tag_is_not_protected()
    {
        var (sender, _) = SrtpPackets.Sessions(SrtpProfile.AeadAes128Gcm);
        var packet = SrtpPackets.Rtp(1);
        Assert.False(sender.TryProtectRtp(packet, packet.Length, out _));
        Assert.Equal(1, sender.Sent[SrtpStatus.NoRoom]);
        Assert.False(sender.TryProtectRtp(new byte[64], 11, out _));
        Assert.Equal(1, sender.Sent[SrtpStatus.Malformed]);
    }

    [Fact]
    public void Keys_of_the_wrong_length_are_a_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => new SrtpSession(SrtpProfile.AeadAes256Gcm, SrtpPackets.Keys(SrtpProfile.AeadAes128Gcm)));
}
