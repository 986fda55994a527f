using System.Net;
using Parley.Rtc.Ice;

namespace Parley.Rtc.Tests.Ice;

public sealed class DualStackTests
{
    private static readonly TransportAddress CallerIPv6 = TransportAddress.From(IPAddress.Parse("2001:db8::1"), 1000);
    private static readonly TransportAddress CalleeIPv6 = TransportAddress.From(IPAddress.Parse("2001:db8::2"), 2000);

    [Fact]
    public void Two_agents_of_IPv6_connect()
    {
        using var stage = new IceStage(callerAddresses: [CallerIPv6], calleeAddresses: [CalleeIPv6]);
        stage.Describe();
        stage.RunUntilSelected();
        Assert.Equal(CalleeIPv6, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(CallerIPv6, stage.Callee.Agent.Paths.Selected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_family_that_works_is_used_when_the_other_does_not(bool isIPv6Broken)
    {
        using var stage = new IceStage(callerAddresses: [CallerIPv6, IceStage.CallerAddress], calleeAddresses: [CalleeIPv6, IceStage.CalleeAddress]);
        stage.Passes = (_, to) => to.IsIPv4 == isIPv6Broken;
        stage.Describe();
        stage.RunUntilSelected();
        Assert.Equal(isIPv6Broken, stage.Caller.Agent.Paths.Selected.IsIPv4);
        Assert.Equal(isIPv6Broken, stage.Callee.Agent.Paths.Selected.IsIPv4);
        Assert.InRange(stage.Clock.Now.TotalMilliseconds, 40, 110);
    }

    [Fact]
    public void When_both_families_work_the_preferred_one_is_used()
    {
        using var stage = new IceStage(callerAddresses: [CallerIPv6, IceStage.CallerAddress], calleeAddresses: [CalleeIPv6, IceStage.CalleeAddress]);
        stage.Describe();
        stage.RunFor(3);
        Assert.Equal(CalleeIPv6, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(CallerIPv6, stage.Callee.Agent.Paths.Selected);
    }

    [Fact]
    public void A_candidate_of_a_family_that_is_not_ours_is_not_checked()
    {
        using var stage = new IceStage(calleeAddresses: [CalleeIPv6, IceStage.CalleeAddress]);
        stage.Describe();
        stage.RunUntilSelected();
        Assert.DoesNotContain(stage.Caller.Sent, sent => !sent.To.IsIPv4);
        Assert.Equal(1, stage.Caller.Agent.Counters[IceCounter.CandidatesIgnored]);
    }
}
