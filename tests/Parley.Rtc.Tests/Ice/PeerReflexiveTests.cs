using Parley.Rtc.Ice;

namespace Parley.Rtc.Tests.Ice;

public sealed class PeerReflexiveTests
{
    private static readonly TransportAddress Outside = TransportAddress.FromIPv4(0xCB007101, 61_000);

    [Fact]
    public void An_address_that_no_description_named_is_learnt_from_its_check_and_asked_back()
    {
        using var stage = new IceStage();
        stage.Caller.Nat = _ => Outside;
        stage.Passes = (_, to) => to != IceStage.CallerAddress; // what the caller described cannot be reached
        stage.Describe();
        stage.RunUntilSelected();
        Assert.Equal(Outside, stage.Callee.Agent.Paths.Selected);
        Assert.Equal(1, stage.Callee.Agent.Counters[IceCounter.PeerReflexiveLearnt]);
    }

    [Fact]
    public void Checks_that_come_before_the_description_are_answered_and_asked_back_once_it_is_there()
    {
        using var stage = new IceStage();
        stage.Callee.Agent.HandleDescription(IceStage.CallerCredentials, Candidates.Of(IceStage.CallerAddress), stage.Clock.Now);
        stage.RunFor(0.2);
        Assert.Equal(1, stage.Caller.Agent.Counters[IceCounter.PeerReflexiveLearnt]);
        Assert.False(stage.Caller.Agent.Paths.HasSelected);
        // The answer names no candidate at all.
        stage.Caller.Agent.HandleDescription(IceStage.CalleeCredentials, Candidates.Of(), stage.Clock.Now);
        stage.Pump();
        stage.RunUntilSelected();
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
    }

    [Fact]
    public void A_candidate_that_is_described_after_it_was_learnt_is_one_pair()
    {
        using var stage = new IceStage();
        stage.Callee.Agent.HandleDescription(IceStage.CallerCredentials, Candidates.Of(IceStage.CallerAddress), stage.Clock.Now);
        stage.RunFor(0.2);
        stage.Caller.Agent.HandleDescription(IceStage.CalleeCredentials, Candidates.Of(IceStage.CalleeAddress), stage.Clock.Now);
        stage.RunFor(0.02);
        Assert.Single(stage.Caller.Sent, sent => sent.Packet[0] == 0 && sent.Packet[1] == 1);
    }

    [Fact]
    public void A_remote_that_moves_is_followed_by_its_next_check()
    {
        using var stage = new IceStage();
        stage.Describe();
        stage.RunFor(5);
        stage.Caller.Nat = _ => Outside;
        stage.RunFor(7);
        Assert.Equal(Outside, stage.Callee.Agent.Paths.Selected);
        stage.RunFor(60);
        Assert.False(stage.Callee.Agent.IsConsentExpired);
    }

    [Fact]
    public void However_many_addresses_a_remote_shows_the_list_stays_bounded_and_what_works_stays_in_it()
    {
        using var stage = new IceStage();
        stage.Describe();
        stage.RunFor(2);
        var list = new IceCheckList(new IceLocals([], connectsTcp: false), new Simulation.SeededRandom(1));
        for (var i = 1; i <= 1000; i++)
        {
            list.TryAdd(new IceCandidate(Outside with { Port = (ushort)i }, 1, IceCandidateType.PeerReflexive));
            if (i == 3) list.Find(Outside with { Port = 3 })!.State = IcePairState.Succeeded;
        }
        Assert.Equal(IceCheckList.MaxPeerReflexive, list.Pairs.Count);
        Assert.NotNull(list.Find(Outside with { Port = 3 }));
        Assert.NotNull(list.Find(Outside with { Port = 1000 }));
        for (var i = 2001; i <= 3000; i++) list.TryAdd(new IceCandidate(Outside with { Port = (ushort)i }, 1, IceCandidateType.Host));
        Assert.Equal(IceCheckList.Capacity, list.Pairs.Count);
    }
}
