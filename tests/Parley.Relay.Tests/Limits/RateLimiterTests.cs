using Parley.Relay.Limits;
using Parley.Simulation;

namespace Parley.Relay.Tests.Limits;

public sealed class RateLimiterTests
{
    private static readonly RateLimit FiveThenTwo = new(burst: 5, perSecond: 2);

    [Fact]
    public void A_key_has_its_burst_and_then_its_rate()
    {
        var limiter = Create(FiveThenTwo);
        Assert.Equal(5, Taken(limiter, key: 1, tries: 20, new Instant(0)));
        Assert.Equal(0, Taken(limiter, key: 1, tries: 20, Instant.FromMilliseconds(499)));
        Assert.Equal(1, Taken(limiter, key: 1, tries: 20, Instant.FromMilliseconds(500)));
        Assert.Equal(4, Taken(limiter, key: 1, tries: 20, Instant.FromMilliseconds(2500)));
    }

    [Fact]
    public void A_key_that_was_quiet_has_its_burst_again_and_no_more()
    {
        var limiter = Create(FiveThenTwo);
        Taken(limiter, key: 1, tries: 5, new Instant(0));
        Assert.Equal(5, Taken(limiter, key: 1, tries: 100, Instant.FromMilliseconds(1_000_000)));
    }

    [Fact]
    public void What_is_refused_costs_nothing_later()
    {
        var limiter = Create(FiveThenTwo);
        Taken(limiter, key: 1, tries: 1_000_000, new Instant(0));
        Assert.Equal(1, Taken(limiter, key: 1, tries: 10, Instant.FromMilliseconds(500)));
    }

    [Fact]
    public void Keys_do_not_use_up_each_others_rate()
    {
        var limiter = Create(FiveThenTwo);
        for (UInt128 key = 0; key < 1000; key++) Assert.Equal(5, Taken(limiter, key, tries: 6, new Instant(0)));
    }

    [Fact]
    public void More_keys_than_places_push_out_those_who_lose_least()
    {
        var limiter = new RateLimiter(FiveThenTwo, capacity: 4, new SeededRandom(1));
        Taken(limiter, key: 1, tries: 5, new Instant(0));
        // One set of four: the spent key stays while others that took only one come and go.
        for (UInt128 key = 100; key < 1100; key++) Assert.True(limiter.TryTake(key, new Instant(0)));
        Assert.False(limiter.TryTake(1, new Instant(0)));
    }

    [Fact]
    public void A_flood_of_keys_allocates_nothing()
    {
        var limiter = Create(FiveThenTwo);
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (UInt128 key = 0; key < 10_000; key++) limiter.TryTake(key * 0x9E3779B97F4A7C15, new Instant(1));
        }));
    }

    [Fact]
    public void A_limit_of_the_relay_is_shared_out_among_its_workers() =>
        Assert.Equal(new RateLimit(2, 1), FiveThenTwo.DividedBy(4));

    [Fact]
    public void A_host_of_IPv6_is_one_source_whatever_address_of_its_64_it_takes()
    {
        var first = TransportAddress.From(System.Net.IPAddress.Parse("2001:db8:1:2::1"), 1000);
        var second = TransportAddress.From(System.Net.IPAddress.Parse("2001:db8:1:2:ffff::9"), 2000);
        var other = TransportAddress.From(System.Net.IPAddress.Parse("2001:db8:1:3::1"), 1000);
        Assert.Equal(SourceKey.Of(first), SourceKey.Of(second));
        Assert.NotEqual(SourceKey.Of(first), SourceKey.Of(other));
        Assert.NotEqual(SourceKey.Of(TransportAddress.FromIPv4(0x0A000001, 1)), SourceKey.Of(TransportAddress.FromIPv4(0x0A000002, 1)));
    }

    private static RateLimiter Create(RateLimit limit) => new(limit, capacity: 4096, new SeededRandom(1));

    private static int Taken(RateLimiter limiter, UInt128 key, int tries, Instant now)
    {
        var taken = 0;
        for (var i = 0; i < tries; i++)
            if (limiter.TryTake(key, now)) taken++;
        return taken;
    }
}
