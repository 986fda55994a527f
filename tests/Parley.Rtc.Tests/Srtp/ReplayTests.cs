using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

public sealed class ReplayTests
{
    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void A_packet_is_accepted_once(SrtpProfile profile)
    {
        var (sender, receiver) = SrtpPackets.Sessions(profile);
        var rtp = sender.ProtectRtp(SrtpPackets.Rtp(1));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(rtp, out byte[] _));
        Assert.Equal(SrtpStatus.Replayed, receiver.UnprotectRtp(rtp, out byte[] _));
        var rtcp = sender.ProtectRtcp(SrtpPackets.RandomRtcp(new(1), 7));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtcp(rtcp, out byte[] _));
        Assert.Equal(SrtpStatus.Replayed, receiver.UnprotectRtcp(rtcp, out byte[] _));
        Assert.Equal(1, receiver.ReceivedRtp[SrtpStatus.Replayed]);
        Assert.Equal(1, receiver.ReceivedRtcp[SrtpStatus.Replayed]);
    }

    [Fact]
    public void The_window_holds_128_packets()
    {
        var (sender, receiver) = SrtpPackets.Sessions(SrtpProfile.AeadAes128Gcm);
        var packets = Enumerable.Range(0, 200).Select(i => sender.ProtectRtp(SrtpPackets.Rtp((ushort)i))).ToArray();
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(packets[199], out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(packets[72], out byte[] _));
        Assert.Equal(SrtpStatus.Replayed, receiver.UnprotectRtp(packets[72], out byte[] _));
        Assert.Equal(SrtpStatus.TooOld, receiver.UnprotectRtp(packets[71], out byte[] _));
    }

    [Fact]
    public void A_packet_from_before_the_rollover_may_arrive_after_it()
    {
        var (sender, receiver) = SrtpPackets.Sessions(SrtpProfile.AeadAes256Gcm);
        var late = sender.ProtectRtp(SrtpPackets.Rtp(65_534));
        var last = sender.ProtectRtp(SrtpPackets.Rtp(65_535));
        var first = sender.ProtectRtp(SrtpPackets.Rtp(0));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(last, out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(first, out byte[] _));
        Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(late, out byte[] _));
        Assert.Equal(SrtpStatus.Replayed, receiver.UnprotectRtp(late, out byte[] _));
    }

    [Fact]
    public void A_sequence_number_of_an_earlier_round_is_not_mistaken_for_the_present_one()
    {
        var (sender, receiver) = SrtpPackets.Sessions(SrtpProfile.AeadAes128Gcm);
        var old = sender.ProtectRtp(SrtpPackets.Rtp(100));
        for (var i = 1000; i < 65_536 + 101; i += 1000) Assert.Equal(SrtpStatus.Ok, receiver.UnprotectRtp(sender.ProtectRtp(SrtpPackets.Rtp((ushort)i)), out byte[] _));
        Assert.Equal(SrtpStatus.AuthenticationFailed, receiver.UnprotectRtp(old, out byte[] _));
    }

    [Fact]
    public void The_same_index_is_never_protected_twice()
    {
        var (sender, _) = SrtpPackets.Sessions(SrtpProfile.AeadAes128Gcm);
        sender.ProtectRtp(SrtpPackets.Rtp(7));
        var again = SrtpPackets.Rtp(7).Concat(new byte[16]).ToArray();
        var before = again.ToArray();
        Assert.False(sender.TryProtectRtp(again, again.Length - 16, out var length));
        Assert.Equal(0, length);
        Assert.Equal(before, again);
        Assert.Equal(1, sender.Sent[SrtpStatus.Replayed]);
    }
}
