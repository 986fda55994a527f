using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Fleet;
using Parley.Net.Routes;
using Parley.Simulation;
using Parley.Transceiver;

namespace Parley.Hosting.Tests;

public sealed class NodeTokenTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallId Seven = new(2, 7);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RouteKeyRing _ring = RouteKeyRing.Create(new SeededRandom(1), Start);

    [Fact]
    public void A_token_holds_for_its_node_for_a_minute_and_a_little()
    {
        var tokens = new NodeToken(() => _ring, _time);
        var token = tokens.Create(Seven);
        Assert.True(tokens.Holds(token, Seven));
        Assert.False(tokens.Holds(token, new CallId(2, 8)));
        Assert.False(tokens.Holds(token, new CallId(3, 7)));
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.True(tokens.Holds(token, Seven));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(tokens.Holds(token, Seven));
    }

    [Fact]
    public void A_token_of_a_key_that_is_being_replaced_holds_and_one_of_another_fleet_does_not()
    {
        var token = new NodeToken(() => _ring, _time).Create(Seven);
        var rotated = _ring.Rotate(new SeededRandom(2), Start, TimeSpan.Zero, TimeSpan.FromHours(2));
        Assert.True(new NodeToken(() => rotated, _time).Holds(token, Seven));
        var others = RouteKeyRing.Create(new SeededRandom(3), Start);
        Assert.False(new NodeToken(() => others, _time).Holds(token, Seven));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("0.1764158460.")]
    [InlineData("99.1764158460.00")]
    [InlineData("0.99999999999999999999.00")]
    [InlineData("0.-1.00")]
    [InlineData("0.1764158460.00.00")]
    public void What_is_no_token_does_not_hold(string? token) => Assert.False(new NodeToken(() => _ring, _time).Holds(token, Seven));
}
