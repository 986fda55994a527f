using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Realtime.Protocol;

namespace Parley.Hosting.Tests;

public sealed class KeyLimitTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Without_limits_a_key_may_call_as_it_likes()
    {
        var usage = new KeyUsage(KeyLimits.None, _clock);
        for (var i = 0; i < 1000; i++) Open(usage);
    }

    [Fact]
    public void So_many_calls_at_once_and_one_more_when_one_has_ended()
    {
        var usage = new KeyUsage(new KeyLimits { ConcurrentCalls = 2 }, _clock);
        var first = Open(usage);
        Open(usage);
        Assert.Equal((429, "rate_limit_exceeded"), Refused(usage));
        first.Dispose();
        first.Dispose();
        Open(usage);
        Assert.Equal((429, "rate_limit_exceeded"), Refused(usage));
    }

    [Fact]
    public void So_many_calls_within_any_minute()
    {
        var usage = new KeyUsage(new KeyLimits { CallsPerMinute = 2 }, _clock);
        Open(usage).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(40));
        Open(usage).Dispose();
        Assert.Equal((2, 0, TimeSpan.FromSeconds(20)), usage.CallsPerMinute);
        Assert.False(usage.TryOpen(out _, out var refusal));
        Assert.Equal(TimeSpan.FromSeconds(20), refusal.RetryAfter);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Open(usage).Dispose();
        Assert.Equal((429, "rate_limit_exceeded"), Refused(usage));
    }

    [Fact]
    public void A_call_that_uses_up_the_minutes_of_the_day_ends_and_others_begin_tomorrow()
    {
        var usage = new KeyUsage(new KeyLimits { MinutesPerDay = 10 }, _clock);
        RealtimeError? first = null, second = null;
        var one = Open(usage);
        one.OnLimitReached(reason => first = reason);
        _clock.Advance(TimeSpan.FromMinutes(4));
        var other = Open(usage);
        other.OnLimitReached(reason => second = reason);
        // Six minutes are left, for two calls.
        _clock.Advance(TimeSpan.FromMinutes(2.9));
        Assert.Null(first);
        _clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(("insufficient_quota", "insufficient_quota"), (first?.Code, second?.Code));
        one.Dispose();
        other.Dispose();
        Assert.Equal((429, "insufficient_quota"), Refused(usage));

        _clock.Advance(TimeSpan.FromHours(12));
        Open(usage);
    }

    [Fact]
    public void A_call_over_midnight_counts_for_both_days()
    {
        _clock.Advance(TimeSpan.FromHours(11.9));
        var usage = new KeyUsage(new KeyLimits { MinutesPerDay = 10 }, _clock);
        RealtimeError? ended = null;
        var lease = Open(usage);
        lease.OnLimitReached(reason => ended = reason);
        // Six minutes before midnight, nine after.
        _clock.Advance(TimeSpan.FromMinutes(6));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Null(ended);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(ended);
    }

    [Fact]
    public void Limits_that_change_hold_for_the_calls_under_way()
    {
        var usage = new KeyUsage(KeyLimits.None, _clock);
        RealtimeError? ended = null;
        Open(usage).OnLimitReached(reason => ended = reason);
        _clock.Advance(TimeSpan.FromMinutes(5));
        usage.Change(new KeyLimits { MinutesPerDay = 6, ConcurrentCalls = 1 });
        Assert.Equal((429, "rate_limit_exceeded"), Refused(usage));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(ended);
        usage.Change(KeyLimits.None);
        Open(usage);
    }

    [Fact]
    public void Who_says_too_late_how_to_end_the_call_is_asked_to_at_once()
    {
        var usage = new KeyUsage(new KeyLimits { MinutesPerDay = 1 }, _clock);
        var (late, gone) = (Open(usage), Open(usage));
        gone.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));
        RealtimeError? ended = null;
        late.OnLimitReached(reason => ended = reason);
        Assert.NotNull(ended);
        gone.OnLimitReached(_ => Assert.Fail("It had ended before."));
    }

    private static CallLease Open(KeyUsage usage)
    {
        Assert.True(usage.TryOpen(out var lease, out _));
        return lease;
    }

    private static (int, string?) Refused(KeyUsage usage)
    {
        Assert.False(usage.TryOpen(out _, out var refusal));
        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        return (refusal.Status, refusal.Error.Code);
    }
}
