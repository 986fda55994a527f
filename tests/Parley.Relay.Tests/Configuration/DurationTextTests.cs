using Parley.Relay.Configuration;

namespace Parley.Relay.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500us", 0.5)]
    [InlineData("1ms", 1)]
    [InlineData("1.5s", 1500)]
    [InlineData("5m", 300_000)]
    [InlineData("25h", 90_000_000)]
    public void Numbers_have_their_unit(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1e9h")]
    [InlineData("99999999h")]
    [InlineData("NaNs")]
    public void Anything_else_is_none(string? text) => Assert.False(DurationText.TryParse(text, out _));
}
