using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class ClosingTests
{
    [Fact]
    public void A_close_reaches_the_other_side_within_the_links_delay()
    {
        using var pair = Connected(new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) });
        var began = pair.Clock.Now;
        pair.Caller.Peer.Close(began);
        pair.Caller.Pump();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(2), "closing");
        Assert.Equal(PeerCloseReason.RemoteClosed, pair.Callee.Events[^1].Event.CloseReason);
        Assert.Equal(PeerCloseReason.Requested, pair.Caller.Events[^1].Event.CloseReason);
        Assert.Equal(50, (pair.Callee.Events[^1].At - began).TotalMilliseconds);
        AssertFreed(pair.Caller.Peer, pair.Clock.Now);
        AssertFreed(pair.Callee.Peer, pair.Clock.Now);
    }

    [Fact]
    public void What_was_sent_before_a_close_arrives_before_it()
    {
        using var pair = Connected(new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) });
        var channel = pair.OpenChannel();
        pair.Callee.Peer.SendMessage(channel, false, "goodbye"u8, pair.Clock.Now);
        pair.Callee.Peer.Close(pair.Clock.Now);
        pair.Callee.Pump();
        Assert.Equal(PeerState.Closing, pair.Callee.Peer.State);
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(2), "closing");
        Assert.Equal("goodbye"u8, Assert.Single(pair.Caller.Of(PeerEventKind.MessageReceived)).Payload);
    }

    [Fact]
    public void Closing_ends_at_its_deadline_when_nobody_answers()
    {
        using var pair = Connected(LinkConditions.Perfect);
        var channel = pair.OpenChannel();
        pair.Caller.IsAlive = false;
        pair.Callee.Peer.SendMessage(channel, false, "hello?"u8, pair.Clock.Now);
        var began = pair.Clock.Now;
        pair.Callee.Peer.Close(began);
        pair.Callee.Pump();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(10), "closing");
        Assert.InRange((pair.Callee.Events[^1].At - began).TotalSeconds, 0.9, 2.1);
    }

    [Fact]
    public void A_peer_that_vanishes_is_closed_when_its_consent_expires()
    {
        using var pair = Connected(new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) });
        pair.OpenChannel();
        pair.Clock.RunFor(TimeSpan.FromSeconds(60));
        pair.Caller.IsAlive = false;
        var vanished = pair.Clock.Now;
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(31), "expiry of consent");
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Callee.Events[^1].Event.CloseReason);
        Assert.InRange((pair.Clock.Now - vanished).TotalSeconds, 24, 30.1);
        AssertFreed(pair.Callee.Peer, pair.Clock.Now);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(90)]
    public void Consent_decides_when_a_peer_vanishes_while_messages_are_on_their_way_to_it(int consentSeconds)
    {
        using var pair = new PeerPair(
            7, new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) },
            callee: config => config with { ConsentTimeout = TimeSpan.FromSeconds(consentSeconds) });
        pair.Connect();
        var channel = pair.OpenChannel();
        pair.Caller.IsAlive = false;
        pair.Callee.Peer.SendMessage(channel, false, new byte[50_000], pair.Clock.Now);
        pair.Callee.Pump();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(consentSeconds + 1), "expiry of consent");
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Callee.Events[^1].Event.CloseReason);
        AssertFreed(pair.Callee.Peer, pair.Clock.Now);
    }

    [Fact]
    public void Consent_decides_when_a_peer_vanishes_before_its_data_channels_are_up()
    {
        using var pair = new PeerPair(7);
        // Checks, the handshake and its answer get through; of what SCTP then says nothing does.
        pair.Start();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Connected), TimeSpan.FromSeconds(5), "connecting");
        pair.Caller.IsAlive = false;
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(31), "expiry of consent");
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Callee.Events[^1].Event.CloseReason);
    }

    [Fact]
    public void A_peer_that_answers_checks_and_takes_no_data_is_given_up_at_twice_the_time_of_consent()
    {
        using var pair = Connected(LinkConditions.Perfect);
        var channel = pair.OpenChannel();
        pair.Callee.Sending = (packet, _) => packet[0] is not (>= 20 and <= 63);
        pair.Callee.Peer.SendMessage(channel, false, "hello?"u8, pair.Clock.Now);
        var began = pair.Clock.Now;
        pair.Callee.Pump();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(70), "giving up");
        Assert.Equal(PeerCloseReason.DataChannelsFailed, pair.Callee.Events[^1].Event.CloseReason);
        Assert.InRange((pair.Clock.Now - began).TotalSeconds, 50, 65);
    }

    [Fact]
    public void The_caller_loses_consent_too_when_the_callee_vanishes()
    {
        using var pair = Connected(LinkConditions.Perfect);
        pair.Callee.IsAlive = false;
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(31), "expiry of consent");
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Caller.Events[^1].Event.CloseReason);
    }

    [Fact]
    public void A_call_lives_through_a_cut_of_twenty_seconds()
    {
        using var pair = Connected(new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        var channel = pair.OpenChannel();
        pair.ToCallee.Conditions = pair.ToCaller.Conditions = new LinkConditions { IsCut = true };
        pair.Caller.Peer.SendMessage(channel, false, "still there"u8, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(20));
        pair.ToCallee.Conditions = pair.ToCaller.Conditions = LinkConditions.Perfect;
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.MessageReceived), TimeSpan.FromSeconds(10), "the message's arrival");
        pair.Clock.RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal((PeerState.Connected, PeerState.Connected), (pair.Caller.Peer.State, pair.Callee.Peer.State));
    }

    [Fact]
    public void A_peer_that_never_connects_is_closed_at_its_connect_time_out()
    {
        using var pair = new PeerPair(1, callee: config => config with { ConnectTimeout = TimeSpan.FromSeconds(12) });
        pair.Callee.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(20));
        var closed = Assert.Single(pair.Callee.Events);
        Assert.Equal((PeerEventKind.Closed, PeerCloseReason.ConnectTimedOut), (closed.Event.Kind, closed.Event.CloseReason));
        Assert.Equal(12, (closed.At - new Instant(0)).TotalSeconds);
    }

    [Fact]
    public void A_close_before_connecting_ends_at_once()
    {
        using var pair = new PeerPair(1);
        pair.Callee.Peer.Close(pair.Clock.Now);
        pair.Callee.Pump();
        pair.Clock.RunFor(TimeSpan.Zero);
        Assert.Equal(PeerState.Closed, pair.Callee.Peer.State);
        Assert.True(pair.Callee.Has(PeerEventKind.Closed));
    }

    [Fact]
    public void A_certificate_that_does_not_match_its_fingerprint_fails_the_handshake()
    {
        using var pair = new PeerPair(1, editOffer: offer => Damage(offer));
        pair.Start();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(31), "refusal");
        Assert.Equal(PeerCloseReason.HandshakeFailed, pair.Callee.Events[^1].Event.CloseReason);
        Assert.False(pair.Callee.Has(PeerEventKind.Connected));

        static string Damage(string offer)
        {
            var at = offer.IndexOf("sha-256 ", StringComparison.Ordinal) + 8;
            return string.Concat(offer.AsSpan(0, at), offer[at] == '0' ? "1" : "0", offer.AsSpan(at + 1));
        }
    }

    private static PeerPair Connected(LinkConditions conditions)
    {
        var pair = new PeerPair(7, conditions);
        pair.Connect();
        return pair;
    }

    private static void AssertFreed(RtcPeer peer, Instant now)
    {
        Assert.Equal(PeerState.Closed, peer.State);
        Assert.True(peer.NextDeadline.IsNone);
        var buffer = new byte[1500];
        Assert.False(peer.TryPollTransmit(buffer, out _));
        Assert.False(peer.TryPollEvent(out _));
        Assert.False(peer.TrySendAudio([1], 0, false, now));
        Assert.Equal(SendStatus.NotOpen, peer.SendMessage(0, false, [1], now));
        peer.HandleDatagram(new Datagram(new byte[20], PeerPair.CallerAddress), now);
        peer.HandleTimeout(now);
        peer.Close(now);
        Assert.True(peer.NextDeadline.IsNone);
    }
}
