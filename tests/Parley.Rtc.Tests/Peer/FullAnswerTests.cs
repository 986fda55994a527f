using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Rtc.Ice;
using Parley.Rtc.Tests.Sdp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>Answers of a full ICE agent: where it is configured, and where the offer is a lite one's.</summary>
public sealed class FullAnswerTests
{
    [Fact]
    public void An_offer_by_a_lite_agent_is_answered_by_one_that_checks()
    {
        using var pair = new PeerPair(91, editOffer: offer => offer.Replace("a=ice-options:trickle", "a=ice-lite", StringComparison.Ordinal));
        Assert.DoesNotContain("ice-lite", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        pair.Connect();
        Assert.NotEqual(0, pair.Callee.Peer.IceCounters[IceCounter.ChecksSucceeded]);
    }

    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void A_full_answerer_connects_talks_and_opens_channels(SetupPreference setup)
    {
        using var pair = new PeerPair(
            92, new LinkConditions { Delay = TimeSpan.FromMilliseconds(40), Loss = 0.1 }, callee: config => config with { AnswersAsLite = false, SetupPreference = setup });
        pair.Connect();
        pair.OpenChannel();
        var talk = new Conversation(pair);
        talk.Run(60);
        Assert.InRange(talk.Missing(talk.HeardByCallee), 1, (int)talk.Spoken / 4);
        Assert.Equal((PeerState.Connected, PeerState.Connected), (pair.Caller.Peer.State, pair.Callee.Peer.State));
    }

    [Fact]
    public void Host_names_in_an_offer_are_counted_and_do_no_harm()
    {
        using var certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var config = new RtcPeerConfig { Certificate = certificate, LocalCandidates = [PeerPair.CalleeAddress], AnswersAsLite = false };
        Assert.True(RtcPeer.TryAnswer(Offers.Read("firefox-audio-data"), config, new SeededRandom(1), new Instant(0), out var peer, out _));
        using (peer) Assert.NotEqual(0, peer.IceCounters[IceCounter.HostNameCandidates]);
    }
}
