namespace Parley.Primitives.Tests;

public sealed class TimerTableTests
{
    private enum Timer { Consent, Retransmit, Close }

    [Fact]
    public void Next_names_the_earliest_timer()
    {
        var timers = new TimerTable<Timer>("ice");
        timers.Set(Timer.Close, new Instant(30));
        timers.Set(Timer.Retransmit, new Instant(10));
        Assert.Equal(new Deadline(new Instant(10), "ice.Retransmit"), timers.Next);
    }

    [Fact]
    public void Moving_the_earliest_timer_later_uncovers_the_next_one()
    {
        var timers = new TimerTable<Timer>("ice");
        timers.Set(Timer.Consent, new Instant(10));
        timers.Set(Timer.Close, new Instant(20));
        timers.Set(Timer.Consent, new Instant(30));
        Assert.Equal("ice.Close", timers.Next.Reason);
        timers.Stop(Timer.Close);
        Assert.Equal("ice.Consent", timers.Next.Reason);
        timers.StopAll();
        Assert.True(timers.Next.IsNone);
    }

    [Fact]
    public void Due_timers_are_taken_once_in_order_of_time()
    {
        var timers = new TimerTable<Timer>("ice");
        timers.Set(Timer.Close, new Instant(20));
        timers.Set(Timer.Consent, new Instant(15));
        timers.Set(Timer.Retransmit, new Instant(40));
        Assert.True(timers.TryTakeDue(new Instant(25), out var first));
        Assert.True(timers.TryTakeDue(new Instant(25), out var second));
        Assert.False(timers.TryTakeDue(new Instant(25), out _));
        Assert.Equal((Timer.Consent, Timer.Close), (first, second));
    }

    [Fact]
    public void Next_is_always_the_minimum_of_what_is_set()
    {
        var random = new Simulation.SeededRandom(7);
        var timers = new TimerTable<Timer>("x");
        for (var i = 0; i < 10_000; i++)
        {
            var timer = (Timer)random.NextInt(3);
            if (random.NextInt(4) == 0) timers.Stop(timer);
            else timers.Set(timer, new Instant(random.NextInt(1000)));
            Assert.Equal(Enum.GetValues<Timer>().Min(t => timers[t].Ticks), timers.Next.At.Ticks);
        }
    }
}
