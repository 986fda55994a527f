using CsCheck;
using Parley.Rtc.Ice;
using Parley.Rtc.Sdp;

namespace Parley.Rtc.Tests.Sdp;

public sealed class CandidateTests
{
    private static readonly TransportAddress Server = TransportAddress.FromIPv4(0x7F000001, 3478);

    [Fact]
    public void Candidates_are_read_where_they_name_an_address()
    {
        Assert.True(SdpOffer.TryParse(Offers.Chromium, out var offer, out _));
        Assert.Equal(4, offer.Remote.Candidates.Usable.Count);
        Assert.True(SdpOffer.TryParse(Offers.Read("firefox-audio-data"), out var firefox, out _));
        Assert.Empty(firefox.Remote.Candidates.Usable); // mDNS names and active TCP only
        Assert.NotEqual(0, firefox.Remote.Candidates.HostNames);
    }

    [Theory]
    [InlineData("1 1 udp 2130706431 192.0.2.1 5000 typ host", (int)SdpCandidateStatus.Ok)]
    [InlineData("a+/9 1 UDP 1 2001:db8::1 1 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag xx", (int)SdpCandidateStatus.Ok)]
    [InlineData("1 1 tcp 1518214911 192.0.2.1 443 typ host tcptype passive", (int)SdpCandidateStatus.Ok)]
    [InlineData("1 1 TCP 1518214911 192.0.2.1 443 typ host generation 0 tcptype passive network-id 1", (int)SdpCandidateStatus.Ok)]
    [InlineData("1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype so", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 tcp 1518280447 192.0.2.1 9 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 8d0b1c1e-5c1e-4b3f-9a6e-6f0b2f5e7a11.local 5000 typ host", (int)SdpCandidateStatus.HostName)]
    [InlineData("1 1 udp 1 stun.example.com 5000 typ srflx", (int)SdpCandidateStatus.HostName)]
    [InlineData("1 2 udp 1 192.0.2.1 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 sctp 1 192.0.2.1 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 192.0.2.1 0 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 192.0.2.1 5000 typ other", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 255.255.255.255 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 0.0.0.0 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 ff02::1 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 ::ffff:224.0.0.1 5000 typ host", (int)SdpCandidateStatus.NotUsable)]
    [InlineData("1 1 udp 1 192.0.2.1 70000 typ host", (int)SdpCandidateStatus.Malformed)]
    [InlineData("1 1 udp -1 192.0.2.1 5000 typ host", (int)SdpCandidateStatus.Malformed)]
    [InlineData("1 1 udp 1 192.0.2.1 5000", (int)SdpCandidateStatus.Malformed)]
    [InlineData("", (int)SdpCandidateStatus.Malformed)]
    public void A_candidate_is_taken_or_passed_over_for_a_reason(string value, int status) =>
        Assert.Equal((SdpCandidateStatus)status, SdpCandidate.TryParse(value, out _));

    [Theory]
    [InlineData(TransportProtocol.Udp)]
    [InlineData(TransportProtocol.Tcp)]
    public void What_is_written_is_read_again(TransportProtocol protocol)
    {
        var address = Server with { Protocol = protocol };
        Assert.Equal(SdpCandidateStatus.Ok, SdpCandidate.TryParse(SdpCandidate.WriteHost(address, 3), out var candidate));
        Assert.Equal(new IceCandidate(address, IcePriority.ForHost(protocol, 3), IceCandidateType.Host), candidate);
    }

    /// <summary>The values that RFC 8445's and RFC 6544's formulas give, and libwebrtc's for TCP.</summary>
    [Fact]
    public void Every_candidate_of_UDP_comes_before_every_one_of_TCP()
    {
        Assert.Equal(2130706431u, IcePriority.ForHost(TransportProtocol.Udp, 0));
        Assert.Equal((90u << 24) + (((4u << 13) + 8191) << 8) + 255, IcePriority.ForHost(TransportProtocol.Tcp, 0));
        Assert.True(IcePriority.ForHost(TransportProtocol.Udp, 8191) > IcePriority.ForHost(TransportProtocol.Tcp, 0));
        Assert.True(IcePriority.ForPeerReflexive(TransportProtocol.Udp) > IcePriority.ForPeerReflexive(TransportProtocol.Tcp));
        Assert.True(IcePriority.ForPair(2, 3) > IcePriority.ForPair(1, 9));
        Assert.True(IcePriority.ForPair(3, 2) > IcePriority.ForPair(2, 3));
    }

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        string[] words = ["1", "udp", "tcp", "typ", "host", "tcptype", "passive", "::", "1.2.3.4", "99999999999", "%", "\0"];
        Gen.Select(Gen.Int[0, words.Length - 1], Gen.String[0, 5]).Array[0, 14].Sample(
            parts => SdpCandidate.TryParse(string.Join(' ', parts.Select(part => words[part.Item1] + part.Item2)), out _) >= 0, threads: 1);
    }
}
