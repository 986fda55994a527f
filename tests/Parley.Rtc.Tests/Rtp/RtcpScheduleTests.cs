using Parley.Rtc.Rtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Rtp;

/// <summary>A thousand calls that began to speak at the same moment had their feedback in the same 20 ms from then on, and all others waited for it.</summary>
public sealed class RtcpScheduleTests
{
    private const int Calls = 1000;

    [Fact]
    public void Calls_that_begin_together_do_not_tell_of_arrivals_together()
    {
        var random = new SeededRandom(1);
        var due = new double[Calls];
        for (var feedback = 0; feedback < 4; feedback++)
            for (var call = 0; call < Calls; call++) due[call] += RtcpSchedule.NextFeedbackInterval(random).TotalMilliseconds;
        Assert.InRange(due.Average(), 990, 1010);
        var busiest = due.CountBy(at => (int)(at / 10)).Max(entry => entry.Value);
        Assert.InRange(busiest, 0, Calls / 8);
    }

    [Fact]
    public void Feedback_leaves_after_200_to_300_ms()
    {
        var random = new SeededRandom(2);
        var intervals = Enumerable.Range(0, Calls).Select(_ => RtcpSchedule.NextFeedbackInterval(random).TotalMilliseconds).ToList();
        Assert.InRange(intervals.Min(), 200, 205);
        Assert.InRange(intervals.Max(), 295, 300);
    }

    /// <summary>RFC 3550 §6.3.1: 0.5 to 1.5 times the interval, over e − 3/2; half of it for the first.</summary>
    [Theory]
    [InlineData(true, 2.5)]
    [InlineData(false, 5)]
    public void Reports_leave_by_the_rule_of_RFC_3550(bool isFirst, double seconds)
    {
        var random = new SeededRandom(3);
        var intervals = Enumerable.Range(0, Calls).Select(_ => RtcpSchedule.NextInterval(isFirst, random).TotalSeconds * (Math.E - 1.5) / seconds).ToList();
        Assert.InRange(intervals.Min(), 0.5, 0.51);
        Assert.InRange(intervals.Max(), 1.49, 1.5);
    }
}
