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

    /// <summary>It used to leave before the last flight, and the other side, which had no keys yet, dropped it.</summary>
    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void Audio_that_is_sent_as_soon_as_a_side_is_connected_does_not_overtake_the_end_of_the_handshake(SetupPreference setup)
    {
        using var pair = new PeerPair(3, callee: config => config with { SetupPreference = setup });
        foreach (var side in new[] { pair.Caller, pair.Callee })
        {
            side.Happened = e =>
            {
                if (e.Event.Kind == PeerEventKind.Connected) side.Peer.TrySendAudio([1, 2, 3], 960, marker: true, pair.Clock.Now);
            };
        }
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(10));
        foreach (var side in new[] { pair.Caller, pair.Callee })
        {
            Assert.Single(side.Of(PeerEventKind.AudioReceived));
            Assert.Equal(0, side.Peer.Drops[PeerDropReason.MediaBeforeKeys]);
        }
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
