using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class ConnectingTests
{
    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void Two_peers_connect_in_both_setup_roles(SetupPreference setup)
    {
        using var pair = new PeerPair(1, callee: config => config with { SetupPreference = setup });
        pair.Connect();
        Assert.Equal(PeerState.Connected, pair.Caller.Peer.State);
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
    }

    [Fact]
    public void Audio_goes_both_ways()
    {
        using var pair = new PeerPair(2);
        pair.Connect();
        Assert.True(pair.Caller.Peer.TrySendAudio([1, 2, 3], 960, marker: true, pair.Clock.Now));
        Assert.True(pair.Callee.Peer.TrySendAudio([4, 5], 1920, marker: false, pair.Clock.Now));
        pair.Caller.Pump();
        pair.Callee.Pump();
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(1));
        var atCallee = Assert.Single(pair.Callee.Of(PeerEventKind.AudioReceived));
        var atCaller = Assert.Single(pair.Caller.Of(PeerEventKind.AudioReceived));
        Assert.Equal([1, 2, 3], atCallee.Payload);
        Assert.Equal((960u, true), (atCallee.Event.RtpTimestamp, atCallee.Event.Marker));
        Assert.Equal([4, 5], atCaller.Payload);
        Assert.Equal(pair.Callee.Peer.AudioSsrc, atCaller.Event.Ssrc);
    }
}
