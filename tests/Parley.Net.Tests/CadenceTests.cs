namespace Parley.Net.Tests;

public sealed class CadenceTests
{
    private Instant _now = new(0);
    private long _arrived;

    [Fact]
    public void A_shard_that_gets_little_is_woken_by_each_packet()
    {
        var cadence = new Cadence(Cadence.DefaultTick, Cadence.DefaultTick);
        Run(cadence, TimeSpan.FromSeconds(1), apart: TimeSpan.FromMilliseconds(1));
        Assert.False(cadence.IsBusy);
        Assert.True(cadence.NextRound <= _now);
    }

    [Fact]
    public void Above_a_rate_rounds_begin_a_tick_apart()
    {
        var cadence = new Cadence(Cadence.DefaultTick, Cadence.DefaultTick);
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMicroseconds(100));
        Assert.True(cadence.IsBusy);
        var began = _now;
        cadence.BeginRound(_arrived, _now);
        Assert.Equal(began + Cadence.DefaultTick, cadence.NextRound);
    }

    [Theory]
    [InlineData(500, 3)]
    [InlineData(100, 3)]
    [InlineData(20, 1)]
    [InlineData(1, 1)]
    [InlineData(50, 2.4)]
    public void A_tick_is_as_long_as_a_good_batch_takes_to_gather_within_its_bounds(double microsecondsApart, double milliseconds)
    {
        var cadence = new Cadence(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3));
        Run(cadence, TimeSpan.FromMilliseconds(100), apart: TimeSpan.FromMicroseconds(microsecondsApart));
        var began = _now;
        cadence.BeginRound(_arrived, _now);
        Assert.Equal(milliseconds, (cadence.NextRound - began).TotalMilliseconds, 0.2);
    }

    [Fact]
    public void In_a_hurry_a_tick_is_as_short_as_can_be()
    {
        var cadence = new Cadence(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3));
        Run(cadence, TimeSpan.FromMilliseconds(100), apart: TimeSpan.FromMicroseconds(500));
        cadence.IsHurried = true;
        var began = _now;
        cadence.BeginRound(_arrived, _now);
        Assert.Equal(began + TimeSpan.FromMilliseconds(1), cadence.NextRound);
    }

    [Fact]
    public void Ticks_end_when_less_comes_and_do_not_alternate_in_between()
    {
        var cadence = new Cadence(Cadence.DefaultTick, Cadence.DefaultTick);
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMicroseconds(100));
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMicroseconds(700));
        Assert.True(cadence.IsBusy);
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMilliseconds(2));
        Assert.False(cadence.IsBusy);
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMicroseconds(700));
        Assert.False(cadence.IsBusy);
    }

    [Fact]
    public void A_burst_after_a_long_silence_does_not_make_the_next_packet_wait()
    {
        var cadence = new Cadence(Cadence.DefaultTick, Cadence.DefaultTick);
        _now += TimeSpan.FromHours(1);
        _arrived += 50;
        cadence.BeginRound(_arrived, _now);
        Assert.False(cadence.IsBusy);
    }

    [Fact]
    public void Without_a_tick_every_packet_wakes()
    {
        var cadence = new Cadence(TimeSpan.Zero, TimeSpan.Zero);
        Run(cadence, TimeSpan.FromMilliseconds(50), apart: TimeSpan.FromMicroseconds(10));
        Assert.False(cadence.IsBusy);
    }

    /// <summary>A packet each <paramref name="apart"/>; a round for each, or for all of a tick.</summary>
    private void Run(Cadence cadence, TimeSpan length, TimeSpan apart)
    {
        for (var end = _now + length; _now < end; )
        {
            _now += apart;
            _arrived++;
            if (cadence.NextRound <= _now) cadence.BeginRound(_arrived, _now);
        }
    }
}
