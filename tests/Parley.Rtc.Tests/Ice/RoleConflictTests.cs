using Parley.Rtc.Ice;

namespace Parley.Rtc.Tests.Ice;

public sealed class RoleConflictTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 60)]
    [InlineData(false, 60)]
    public void Two_agents_in_the_same_role_settle_who_controls_and_connect(bool areControlling, int head)
    {
        var mode = areControlling ? IceMode.Controlling : IceMode.Controlled;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            using var stage = new IceStage(mode, mode, seed);
            // The one that is described later hears checks before it sends any.
            stage.Caller.Agent.HandleDescription(IceStage.CalleeCredentials, Candidates.Of(IceStage.CalleeAddress), stage.Clock.Now);
            stage.RunFor(head / 1000.0);
            stage.Callee.Agent.HandleDescription(IceStage.CallerCredentials, Candidates.Of(IceStage.CallerAddress), stage.Clock.Now);
            stage.Pump();
            stage.RunUntilSelected();
            stage.RunFor(20);
            Assert.NotEqual(stage.Caller.Agent.IsControlling, stage.Callee.Agent.IsControlling);
            Assert.InRange(stage.Caller.Agent.Counters[IceCounter.RoleConflict] + stage.Callee.Agent.Counters[IceCounter.RoleConflict], 1, 6);
        }
    }

    [Fact]
    public void A_lite_agent_never_takes_control()
    {
        using var stage = new IceStage(IceMode.Controlled, IceMode.Lite);
        stage.Describe();
        stage.RunUntilSelected();
        Assert.False(stage.Callee.Agent.IsControlling);
        Assert.True(stage.Caller.Agent.IsControlling);
    }
}
