using Parley.Speech.Replies;

namespace Parley.Speech.Tests.Replies;

public sealed class SpokenTextTests
{
    [Theory]
    [InlineData("**Very** _good_ `indeed`.", "Very good indeed.")]
    [InlineData("# The title", "The title")]
    [InlineData("- first\n* second", "first second")]
    [InlineData("2 * 3 is 6, and -5 is cold.", "2 times 3 is 6, and -5 is cold.")]
    [InlineData("See [the manual](https://example.com/a(b)), now.", "See the manual), now.")]
    [InlineData("Go to https://www.example.com/path?q=1. Now.", "Go to example.com. Now.")]
    [InlineData("Fine 😀👍🏽 then", "Fine then")]
    [InlineData("It is 20 °C ≤ x.", "It is 20 °C ≤ x.")]
    [InlineData("Item #1 of a_b\\*", "Item number 1 of a b*")]
    [InlineData("One<br>two | three [1].", "Onetwo three .")]
    [InlineData("“It’s”", "\"It's\"")]
    public void Markup_is_not_said(string text, string spoken) => Assert.Equal(spoken, SpokenText.From(text, startsLine: true).Text);

    [Theory]
    [InlineData("😀")]
    [InlineData("---")]
    [InlineData(" \n ")]
    [InlineData("**")]
    [InlineData("...")]
    public void What_has_no_word_is_silent(string text) => Assert.Empty(SpokenText.From(text, startsLine: true).Text);

    [Fact]
    public void A_spoken_length_is_told_in_characters_of_the_original()
    {
        var text = SpokenText.From("**Hello**, world!", startsLine: true);
        Assert.Equal("Hello, world!", text.Text);
        Assert.Equal("**Hello**,".Length, text.SourceLength("Hello".Length));
        Assert.Equal("**Hello**, world!".Length, text.SourceLength(text.Text.Length));
        Assert.Equal(0, text.SourceLength(0));
    }
}
