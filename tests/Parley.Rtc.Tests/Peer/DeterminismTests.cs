using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_seed_gives_the_same_events_at_the_same_virtual_times()
    {
        Assert.Equal(Run(41), Run(41));
        Assert.NotEqual(Run(41), Run(42));
    }

    private static List<string> Run(ulong seed)
    {
        var conditions = new LinkConditions { Loss = 0.1, Delay = TimeSpan.FromMilliseconds(80), Jitter = TimeSpan.FromMilliseconds(30) };
        using var pair = new PeerPair(seed, conditions);
        pair.Connect();
        var channel = pair.OpenChannel();
        for (var i = 0; i < 250; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Callee.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            if (i % 10 == 0) pair.Callee.Peer.SendMessage(channel, false, "event"u8, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Callee.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        pair.Callee.Peer.Close(pair.Clock.Now);
        pair.Callee.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(3));
        return [.. pair.Caller.Events.Concat(pair.Callee.Events).Select(e => $"{e.At.Ticks} {e.Event}")];
    }
}
