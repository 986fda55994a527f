using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>What holds whatever the network does.</summary>
public sealed class UplinkNetworkTests
{
    public static TheoryData<double, double, double, double, double> Networks => new()
    {
        // loss, jitter ms, reordering, duplication, burst start
        { 0, 0, 0, 0, 0 },
        { 0, 30, 0, 0, 0 },
        { 0.1, 0, 0, 0, 0 },
        { 0.1, 30, 0.1, 0, 0 },
        { 0.1, 60, 0.5, 0.05, 0 },
        { 0.05, 30, 0.2, 0.1, 0.05 },
        { 0.3, 100, 0.3, 0.1, 0.02 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_sample_time_is_covered_exactly_once_in_order_and_in_time(
        double loss, double jitter, double reordering, double duplication, double burst)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            using var call = Run(Conditions(loss, jitter, reordering, duplication, burst), seed);
            var end = TimeSpan.Zero;
            var covered = new HashSet<uint>();
            foreach (var (frame, at, pcm) in call.Frames)
            {
                Assert.Equal(frame.SampleCount, pcm.Length);
                if (frame.Kind == UplinkFrameKind.Revision)
                {
                    Assert.Contains(frame.RtpTimestamp, covered);
                    continue;
                }
                Assert.Equal(end, frame.CaptureTime);
                Assert.True(covered.Add(frame.RtpTimestamp));
                end += TimeSpan.FromSeconds(frame.SampleCount / 24000.0);
                if (frame.Kind == UplinkFrameKind.Decoded)
                    Assert.InRange((at - call.Arrivals[frame.RtpTimestamp]).TotalMilliseconds, 0, 60);
            }
            Assert.Equal(0, call.Uplink.Counters[UplinkCount.Leapt] + call.Uplink.Counters[UplinkCount.Overlapped]
                + call.Uplink.Counters[UplinkCount.Overflowed] + call.Uplink.Counters[UplinkCount.Undecodable]);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_packet_that_comes_is_decoded_once_in_its_place_or_as_a_revision(
        double loss, double jitter, double reordering, double duplication, double burst)
    {
        using var call = Run(Conditions(loss, jitter, reordering, duplication, burst), seed: 9);
        var given = call.Frames.Where(f => f.Frame.Kind is UplinkFrameKind.Decoded or UplinkFrameKind.Revision)
            .Select(f => f.Frame.RtpTimestamp).ToList();
        Assert.Equal(given.Count, given.Distinct().Count());
        Assert.Equal(call.Arrivals.Count, given.Count + (int)call.Uplink.Counters[UplinkCount.TooLate]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_frames_at_the_same_times()
    {
        var conditions = Conditions(0.1, 40, 0.2, 0.05, 0.02);
        using var first = Run(conditions, seed: 4);
        using var second = Run(conditions, seed: 4);
        Assert.Equal(first.Frames.Select(f => (f.Frame, f.At)), second.Frames.Select(f => (f.Frame, f.At)));
        Assert.Equal(first.Frames.SelectMany(f => f.Pcm), second.Frames.SelectMany(f => f.Pcm));
    }

    [Fact]
    public void Most_random_losses_are_repaired_by_fec_at_the_moment_the_next_packet_comes()
    {
        using var call = Run(Conditions(0.1, 0, 0, 0, 0), seed: 3);
        var repaired = call.Frames.Where(f => f.Frame.Kind == UplinkFrameKind.RecoveredByFec).ToList();
        Assert.True(repaired.Count > 2 * call.Uplink.Counters[UplinkCount.Concealed],
            $"{repaired.Count} repaired, {call.Uplink.Counters[UplinkCount.Concealed]} concealed");
        foreach (var (frame, at, _) in repaired)
        {
            var waited = at - call.Arrivals[frame.RtpTimestamp + UplinkCall.Step];
            Assert.InRange(waited.TotalMilliseconds, 0, 20);
        }
    }

    [Fact]
    public void On_a_path_that_reorders_most_packets_are_waited_for_and_not_revised()
    {
        using var call = Run(Conditions(0, 50, 0.3, 0, 0), seed: 3);
        var reordered = call.Uplink.Counters[UplinkCount.Reordered];
        Assert.True(reordered > 10, $"{reordered} reordered");
        Assert.True(call.Uplink.Counters[UplinkCount.Revised] * 5 < reordered, $"{call.Uplink.Counters[UplinkCount.Revised]} revised, {reordered} waited for");
    }

    private static LinkConditions Conditions(double loss, double jitter, double reordering, double duplication, double burst) => new()
    {
        Delay = TimeSpan.FromMilliseconds(40), Jitter = TimeSpan.FromMilliseconds(jitter), Loss = loss,
        Reordering = reordering, Duplication = duplication, BurstStart = burst, BurstLength = 4,
    };

    private static UplinkCall Run(LinkConditions conditions, ulong seed)
    {
        var call = new UplinkCall(conditions, seed);
        call.Send(600);
        return call;
    }
}
