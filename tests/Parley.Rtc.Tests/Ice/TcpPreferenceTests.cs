using Parley.Rtc.Ice;

namespace Parley.Rtc.Tests.Ice;

public sealed class TcpPreferenceTests
{
    private static readonly TransportAddress CalleeTcp = IceStage.CalleeAddress with { Protocol = TransportProtocol.Tcp };
    private static readonly TransportAddress CallerTcp = IceStage.CallerAddress with { Protocol = TransportProtocol.Tcp };
    private static readonly Instant Start = new(0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UDP_is_used_when_both_work_whichever_answers_first(bool isUdpSlow)
    {
        using var stage = MakeStage();
        var isOpen = !isUdpSlow;
        stage.Passes = (_, to) => to.Protocol == TransportProtocol.Tcp || isOpen;
        stage.Describe();
        stage.RunFor(0.4);
        Assert.Equal(isUdpSlow ? CalleeTcp : IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        isOpen = true;
        stage.RunFor(3);
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(IceStage.CallerAddress, stage.Callee.Agent.Paths.Selected);
    }

    [Fact]
    public void TCP_is_used_where_UDP_does_not_pass()
    {
        using var stage = MakeStage();
        stage.Passes = (_, to) => to.Protocol == TransportProtocol.Tcp;
        stage.Describe();
        stage.RunFor(60);
        Assert.Equal(CalleeTcp, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(CallerTcp, stage.Callee.Agent.Paths.Selected);
        Assert.False(stage.Caller.Agent.IsConsentExpired);
    }

    [Fact]
    public void A_driver_without_TCP_is_never_asked_to_connect()
    {
        var list = new IceCheckList(new IceLocals([IceStage.CallerAddress], connectsTcp: false), new Simulation.SeededRandom(1));
        Assert.False(list.TryAdd(new IceCandidate(CalleeTcp, 1, IceCandidateType.Host)));
    }

    [Fact]
    public void To_a_lite_agent_a_check_over_UDP_ends_the_use_of_TCP_unless_TCP_was_nominated()
    {
        var paths = new IcePaths(TimeSpan.FromSeconds(30));
        paths.HandleValidCheck(CallerTcp, isNominated: false, Start);
        paths.HandleValidCheck(IceStage.CallerAddress, isNominated: false, Start);
        Assert.Equal(IceStage.CallerAddress, paths.Selected);
        paths.HandleValidCheck(CallerTcp, isNominated: false, Start);
        Assert.Equal(IceStage.CallerAddress, paths.Selected);
        paths.HandleValidCheck(CallerTcp, isNominated: true, Start);
        paths.HandleValidCheck(IceStage.CallerAddress, isNominated: false, Start);
        Assert.Equal(CallerTcp, paths.Selected);
    }

    private static IceStage MakeStage() => new(callee: IceMode.Lite, calleeAddresses: [CalleeTcp, IceStage.CalleeAddress]);
}
