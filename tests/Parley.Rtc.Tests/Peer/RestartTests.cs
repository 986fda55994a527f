using System.Text;
using System.Text.RegularExpressions;
using Parley.Net.Impairment;
using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class RestartTests
{
    private static readonly TransportAddress Mobile = TransportAddress.FromIPv4(0x0A090909, 50_000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_of_what_is_said_is_lost_while_ICE_restarts(bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        talk.Run(1);
        var before = (pair.Caller.Peer.LocalUfrag, pair.Callee.Peer.LocalUfrag);
        var checks = pair.Caller.Peer.IceCounters[IceCounter.ChecksSucceeded];
        for (var i = 0; i < 3; i++)
        {
            Restart(pair);
            talk.Run(2);
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller), talk.Missing(talk.HeardByCallee)));
        Assert.NotEqual(before.Item1, pair.Caller.Peer.LocalUfrag);
        Assert.NotEqual(before.Item2, pair.Callee.Peer.LocalUfrag);
        Assert.InRange(pair.Caller.Peer.IceCounters[IceCounter.ChecksSucceeded] - checks, 3, 20);
        talk.Run(60);
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
    }

    [Fact]
    public void A_host_that_draws_the_credentials_draws_those_of_restarts_as_well()
    {
        var drawn = new List<IceCredentials>();
        using var pair = new PeerPair(62, LinkConditions.Perfect, callee: config => config with { DrawCredentials = Draw });
        pair.Connect();
        Assert.Equal([pair.Callee.Peer.LocalUfrag], drawn.Select(credentials => credentials.Ufrag));
        var talk = new Conversation(pair);
        Restart(pair);
        talk.Run(2);
        Assert.Equal(2, drawn.Count);
        Assert.Equal(drawn[1].Ufrag, pair.Callee.Peer.LocalUfrag);
        Assert.Contains($"a=ice-pwd:{drawn[1].Password}\r\n", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller), talk.Missing(talk.HeardByCallee)));

        IceCredentials Draw()
        {
            drawn.Add(new IceCredentials($"route{drawn.Count}", new string((char)('a' + drawn.Count), 22)));
            return drawn[^1];
        }
    }

    [Theory]
    [InlineData("abc", "0123456789012345678901")]
    [InlineData("route:1", "0123456789012345678901")]
    [InlineData("route", "short")]
    public void Credentials_that_are_drawn_keep_to_the_characters_of_ICE(string ufrag, string password) =>
        Assert.Throws<ArgumentException>(() => new PeerPair(63, LinkConditions.Perfect, callee: config => config with { DrawCredentials = () => new IceCredentials(ufrag, password) }).Connect());

    [Fact]
    public void Each_description_has_the_next_version_of_the_same_session()
    {
        using var pair = Connected(isLite: true);
        var (offer, answer) = (Origin(pair.Caller), Origin(pair.Callee));
        Restart(pair);
        Assert.Equal((offer.Session, offer.Version + 1), Origin(pair.Caller));
        Assert.Equal((answer.Session, answer.Version + 1), Origin(pair.Callee));
        Assert.Contains("a=setup:active\r\n", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal); // the DTLS roles stay
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_old_path_carries_everything_until_a_check_under_the_new_credentials_succeeds(bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        talk.Run(1);
        Restart(pair, start: false);
        var isBlocked = true;
        pair.Caller.Sending = (packet, _) => !isBlocked || !Names(packet, pair.Callee.Peer.LocalUfrag);
        pair.Callee.Sending = (packet, _) => !isBlocked || !Names(packet, pair.Caller.Peer.LocalUfrag);
        pair.Caller.Pump();
        pair.Callee.Pump();
        talk.Run(20);
        isBlocked = false;
        talk.Run(20);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller), talk.Missing(talk.HeardByCallee)));
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_that_comes_from_another_network_is_sent_to_from_its_first_new_check(bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        talk.Run(1);
        pair.Callee.Sending = (_, transmit) => transmit.Destination == pair.Caller.Address;
        pair.Caller.Address = Mobile;
        Restart(pair);
        var first = talk.Spoken;
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(200));
        talk.Run(5);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(Mobile, pair.Callee.Peer.RemoteAddress);
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller, first), talk.Missing(talk.HeardByCallee, first)));
    }

    [Fact]
    public void When_consent_ends_during_a_restart_nothing_is_sent_until_the_new_path_works()
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        talk.Run(6);
        Cut(pair, true);
        talk.Run(20);
        Restart(pair);
        talk.Run(12);
        var media = 0;
        pair.Callee.Sending = (packet, _) => { media += packet[0] >= 20 ? 1 : 0; return true; };
        talk.Run(5);
        Assert.Equal(0, media);
        Assert.Null(pair.Callee.Peer.RemoteAddress);
        Cut(pair, false);
        talk.Run(3);
        var first = talk.Spoken;
        talk.Run(2);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller, first), talk.Missing(talk.HeardByCallee, first)));
    }

    [Fact]
    public void A_restart_that_leads_nowhere_ends_the_call_thirty_seconds_after_its_begin()
    {
        using var pair = Connected(isLite: true);
        pair.Clock.RunFor(TimeSpan.FromSeconds(6));
        Cut(pair, true);
        pair.Clock.RunFor(TimeSpan.FromSeconds(20));
        Restart(pair);
        var began = pair.Clock.Now;
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(31), "the end");
        Assert.Equal(30, (pair.Clock.Now - began).TotalSeconds, 0.1);
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Callee.Of(PeerEventKind.Closed).Single().Event.CloseReason);
    }

    [Theory]
    [InlineData("a=fingerprint:sha-256 ..", "a=fingerprint:sha-256 00", "sdp_fingerprint_changed")]
    [InlineData("a=setup:actpass", "a=setup:active", "sdp_setup_changed")]
    [InlineData("a=mid:0", "a=mid:9", "sdp_no_bundle")]
    [InlineData("opus/48000", "speex/48000", "sdp_no_opus")]
    [InlineData("a=ice-pwd:.*", "a=ice-pwd:short", "sdp_bad_ice_credentials")]
    public void An_offer_that_cannot_be_followed_is_refused_and_the_call_goes_on(string pattern, string with, string code)
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        var answer = pair.Callee.Peer.LocalDescription;
        pair.Caller.Peer.RestartIce(pair.Clock.Now);
        var offer = Regex.Replace(pair.Caller.Peer.LocalDescription, pattern, with);
        Assert.False(pair.Callee.Peer.TryAnswerAgain(offer, pair.Clock.Now, out var error));
        Assert.Equal(code, error.Code);
        Assert.Equal(answer, pair.Callee.Peer.LocalDescription);
        talk.Run(40);
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
    }

    [Fact]
    public void An_offer_with_the_same_credentials_changes_the_direction_and_restarts_nothing()
    {
        using var pair = Connected(isLite: true);
        var ufrag = pair.Callee.Peer.LocalUfrag;
        var offer = Regex.Replace(pair.Caller.Peer.LocalDescription, "a=sendrecv", "a=sendonly");
        Assert.True(pair.Callee.Peer.TryAnswerAgain(offer, pair.Clock.Now, out _));
        Assert.Contains("a=recvonly\r\n", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        Assert.Equal(ufrag, pair.Callee.Peer.LocalUfrag);
        Assert.False(pair.Callee.Peer.TrySendAudio([1], 0, false, pair.Clock.Now));
        Assert.True(pair.Callee.Peer.TryAnswerAgain(pair.Caller.Peer.LocalDescription, pair.Clock.Now, out _));
        Assert.True(pair.Callee.Peer.TrySendAudio([1], 0, false, pair.Clock.Now));
    }

    [Fact]
    public void Data_channels_that_the_first_offer_did_not_have_are_refused_later()
    {
        using var pair = new PeerPair(8, editOffer: offer => Regex.Replace(offer, "m=application 9", "m=application 0"));
        Assert.True(pair.Callee.Peer.TryAnswerAgain(pair.Caller.Peer.LocalDescription, pair.Clock.Now, out _));
        Assert.Contains("m=application 0 ", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        Assert.Contains("a=group:BUNDLE 0\r\n", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_under_way_survive_a_restart()
    {
        using var pair = Connected(isLite: true);
        var channel = pair.OpenChannel();
        for (var i = 0; i < 50; i++)
        {
            if (i % 10 == 5) Restart(pair);
            pair.Caller.Peer.SendMessage(channel, true, new byte[2000], pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(50, pair.Callee.Of(PeerEventKind.MessageReceived).Count());
    }

    private static PeerPair Connected(bool isLite)
    {
        var pair = new PeerPair(61, new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }, callee: config => config with { AnswersAsLite = isLite });
        pair.Connect();
        return pair;
    }

    private static void Restart(PeerPair pair, bool start = true)
    {
        pair.Caller.Peer.RestartIce(pair.Clock.Now);
        Assert.True(pair.Callee.Peer.TryAnswerAgain(pair.Caller.Peer.LocalDescription, pair.Clock.Now, out var error), error?.Message);
        Assert.True(pair.Caller.Peer.TryAcceptAnswer(pair.Callee.Peer.LocalDescription, pair.Clock.Now, out error), error?.Message);
        if (!start) return;
        pair.Callee.Pump();
        pair.Caller.Pump();
    }

    private static void Cut(PeerPair pair, bool isCut) =>
        pair.ToCallee.Conditions = pair.ToCaller.Conditions = pair.ToCallee.Conditions with { IsCut = isCut };

    private static bool Names(byte[] packet, string ufrag) => packet[0] == 0 && packet.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ufrag + ":")) >= 0;

    private static (string Session, int Version) Origin(SimulatedPeer side)
    {
        var match = Regex.Match(side.Peer.LocalDescription, @"o=- (\d+) (\d+) IN");
        return (match.Groups[1].Value, int.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));
    }
}
