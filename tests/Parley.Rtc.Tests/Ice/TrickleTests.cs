using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Ice;

public sealed class TrickleTests
{
    private const string Callee = "1 1 udp 2130706431 127.0.0.1 3478 typ host";

    [Theory]
    [InlineData("a=candidate:" + Callee)]
    [InlineData("candidate:" + Callee + " generation 0 ufrag {ufrag} network-cost 999")]
    public void A_candidate_that_comes_after_the_answer_connects_the_call(string candidate)
    {
        using var pair = PairWithoutCandidates();
        pair.Clock.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(pair.Caller.Has(PeerEventKind.Connected));
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate("candidate:" + Callee + " ufrag other", pair.Clock.Now));
        Assert.Equal(1, pair.Caller.Peer.IceCounters[IceCounter.CandidatesIgnored]);
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate(candidate.Replace("{ufrag}", pair.Callee.Peer.LocalUfrag, StringComparison.Ordinal), pair.Clock.Now));
        pair.Caller.Pump();
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.Connected) && pair.Callee.Has(PeerEventKind.Connected), TimeSpan.FromSeconds(2), "connecting");
    }

    [Theory]
    [InlineData("a=end-of-candidates")]
    [InlineData("")]
    public void After_the_end_of_candidates_no_more_are_taken(string end)
    {
        using var pair = PairWithoutCandidates();
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate(end, pair.Clock.Now));
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate("candidate:" + Callee, pair.Clock.Now));
        Assert.Equal(1, pair.Caller.Peer.IceCounters[IceCounter.CandidatesIgnored]);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(3));
        Assert.False(pair.Caller.Has(PeerEventKind.Connected));
    }

    [Fact]
    public void Host_names_of_mDNS_are_counted_and_do_no_harm()
    {
        using var pair = PairWithoutCandidates();
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate(
            "candidate:1 1 udp 2122260223 0f3d2a9e-1c7b-4f0e-9a53-8a4c6b1d2e3f.local 55555 typ host", pair.Clock.Now));
        Assert.Equal(1, pair.Caller.Peer.IceCounters[IceCounter.HostNameCandidates]);
        Assert.True(pair.Caller.Peer.TryAddRemoteCandidate("candidate:" + Callee, pair.Clock.Now));
        pair.Caller.Pump();
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.Connected), TimeSpan.FromSeconds(2), "connecting");
    }

    [Fact]
    public void Text_that_is_no_candidate_is_refused_and_counts_for_nothing()
    {
        using var pair = PairWithoutCandidates();
        foreach (var text in new[] { "candidate", "candidate:1 1 udp", "m=audio", new string('x', 100_000), "candidate:" + new string(' ', 2000) + Callee + new string('y', 2000) })
            Assert.False(pair.Caller.Peer.TryAddRemoteCandidate(text, pair.Clock.Now));
    }

    [Fact]
    public void A_full_agent_says_that_it_takes_candidates_later_and_a_lite_one_does_not()
    {
        using var pair = new PeerPair(3);
        Assert.Contains("a=ice-options:trickle\r\n", pair.Caller.Peer.LocalDescription, StringComparison.Ordinal);
        Assert.DoesNotContain("trickle", pair.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        using var full = new PeerPair(3, callee: config => config with { AnswersAsLite = false });
        Assert.Contains("a=ice-options:trickle\r\n", full.Callee.Peer.LocalDescription, StringComparison.Ordinal);
        Assert.DoesNotContain("ice-lite", full.Callee.Peer.LocalDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_answerer_connects_to_an_offer_without_candidates_by_the_checks_that_come()
    {
        using var pair = new PeerPair(4, caller: config => config with { LocalCandidates = [] }, callee: config => config with { AnswersAsLite = false });
        pair.Connect();
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress);
    }

    private static PeerPair PairWithoutCandidates()
    {
        var pair = new PeerPair(2, callee: config => config with { LocalCandidates = [] });
        var answer = pair.Callee.Peer.LocalDescription.Replace("a=end-of-candidates\r\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain("a=candidate", answer, StringComparison.Ordinal);
        Assert.True(pair.Caller.Peer.TryAcceptAnswer(answer, pair.Clock.Now, out _));
        pair.Caller.Pump();
        return pair;
    }
}
