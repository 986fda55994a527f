using Parley.Net.Impairment;
using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>A line that is cut in one direction. Consent was just renewed when the cut begins: a cut of 29 s is then one second from the end.</summary>
public sealed class OutageTests
{
    public static TheoryData<double, bool, bool> Cuts
    {
        get
        {
            var cuts = new TheoryData<double, bool, bool>();
            foreach (var seconds in new[] { 1.0, 5, 29 })
                foreach (var isToCallee in new[] { true, false })
                    foreach (var isLite in new[] { true, false }) cuts.Add(seconds, isToCallee, isLite);
            return cuts;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_call_survives_the_cut_and_what_is_said_after_it_is_heard(double seconds, bool isToCallee, bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        RunUntilConsent(pair, talk, isLite);
        var link = isToCallee ? pair.ToCallee : pair.ToCaller;
        var conditions = link.Conditions;
        link.Conditions = conditions with { IsCut = true };
        var cut = talk.Spoken;
        talk.Run(seconds);
        link.Conditions = conditions;
        var resumed = talk.Spoken;
        talk.Run(90);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        var (hearsNothing, hearsAll) = isToCallee ? (talk.HeardByCallee, talk.HeardByCaller) : (talk.HeardByCaller, talk.HeardByCallee);
        Assert.Equal((int)(resumed - cut), talk.Missing(hearsNothing));
        Assert.Equal(0, talk.Missing(hearsAll));
        Assert.Equal((PeerState.Connected, PeerState.Connected), (pair.Caller.Peer.State, pair.Callee.Peer.State));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_cut_that_outlasts_consent_ends_the_call_on_both_sides(bool isToCallee, bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        RunUntilConsent(pair, talk, isLite);
        var link = isToCallee ? pair.ToCallee : pair.ToCaller;
        link.Conditions = link.Conditions with { IsCut = true };
        talk.Run(31);
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Caller.Of(PeerEventKind.Closed).Single().Event.CloseReason);
        // Who still hears checks goes on until they end, too.
        talk.Run(31);
        Assert.Equal(PeerCloseReason.ConsentExpired, pair.Callee.Of(PeerEventKind.Closed).Single().Event.CloseReason);
    }

    private static PeerPair Connected(bool isLite)
    {
        var pair = new PeerPair(71, new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }, callee: config => config with { AnswersAsLite = isLite });
        pair.Connect();
        return pair;
    }

    private static void RunUntilConsent(PeerPair pair, Conversation talk, bool isLite)
    {
        // Two full agents renew theirs independently: a moment is awaited when both have just done so.
        var callee = new Freshness(pair.Callee.Peer);
        var caller = new Freshness(pair.Caller.Peer);
        for (var i = 0; i < 60_000; i++)
        {
            talk.Run(0.02);
            if (caller.IsFresh(pair.Clock.Now) & (isLite || callee.IsFresh(pair.Clock.Now))) return;
        }
        Assert.Fail("There was no such moment.");
    }

    private sealed class Freshness(RtcPeer peer)
    {
        private long _checks = peer.IceCounters[IceCounter.ChecksSucceeded];
        private Instant _last = new(0);

        public bool IsFresh(Instant now)
        {
            var checks = peer.IceCounters[IceCounter.ChecksSucceeded];
            if (checks != _checks) _last = now;
            _checks = checks;
            return now > new Instant(TimeSpan.TicksPerSecond * 10) && now - _last < TimeSpan.FromMilliseconds(200);
        }
    }
}
