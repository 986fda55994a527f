using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class StatisticsTests
{
    [Fact]
    public void Round_trip_loss_and_jitter_are_measured_by_reports()
    {
        using var pair = new PeerPair(21);
        pair.Connect();
        pair.ToCallee.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(60), Loss = 0.1 };
        pair.ToCaller.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) };
        for (var i = 0; i < 3000; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Callee.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Callee.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        var caller = pair.Caller.Peer.Stats;
        var callee = pair.Callee.Peer.Stats;
        Assert.InRange(caller.RoundTripTime!.Value.TotalMilliseconds, 99, 101);
        Assert.InRange(callee.RoundTripTime!.Value.TotalMilliseconds, 99, 101);
        Assert.InRange(callee.PacketsLost, 240, 360);
        Assert.InRange(caller.RemotePacketsLost, 220, 360);
        Assert.InRange(caller.RemoteFractionLost, 0.04, 0.18);
        Assert.Equal(0, caller.PacketsLost);
        Assert.Equal(3000, caller.PacketsSent);
        Assert.Equal(3000 * 60, caller.PayloadBytesSent);
        Assert.Equal(0, callee.Jitter.TotalMilliseconds, 0.1);
        Assert.NotNull(caller.RemoteHighestSequence);
    }

    [Fact]
    public void Jitter_is_seen_by_the_receiver_and_reported_to_the_sender()
    {
        using var pair = new PeerPair(22);
        pair.Connect();
        pair.ToCallee.Conditions = new LinkConditions { Jitter = TimeSpan.FromMilliseconds(15) };
        for (var i = 0; i < 1000; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        Assert.InRange(pair.Callee.Peer.Stats.Jitter.TotalMilliseconds, 3, 8); // mean difference of two uniform draws: 5 ms
        Assert.InRange(pair.Caller.Peer.Stats.RemoteJitter.TotalMilliseconds, 3, 8);
    }

    [Fact]
    public void Reports_leave_about_every_four_to_five_seconds_and_not_in_step()
    {
        using var pair = new PeerPair(23);
        var reports = new List<double>();
        pair.Callee.Sending = (packet, _) =>
        {
            if (packet[0] >= 128 && packet[1] is >= 192 and <= 223) reports.Add(pair.Clock.Now.TotalMilliseconds);
            return true;
        };
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromMinutes(5));
        var intervals = reports.Zip(reports.Skip(1), (a, b) => b - a).ToList();
        Assert.All(intervals, interval => Assert.InRange(interval, 2000, 6200)); // 5 s × 0.5…1.5 ÷ 1.218
        Assert.InRange(intervals.Average(), 3600, 4600);
        Assert.InRange(reports[0], 1000, 3200);
    }
}
