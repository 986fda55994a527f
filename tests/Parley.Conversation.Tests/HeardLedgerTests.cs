using CsCheck;

namespace Parley.Conversation.Tests;

public sealed class HeardLedgerTests
{
    private const string Text = "one two three four";

    [Theory]
    [InlineData(0, "")]
    [InlineData(399, "")]
    [InlineData(400, "one")]
    [InlineData(900, "one two")]
    [InlineData(1599, "one two three")]
    public void Text_is_heard_to_the_word_that_a_mark_proves(int playedMs, string heard) =>
        Assert.Equal(heard, Ledger().HeardText(Text, TimeSpan.FromMilliseconds(playedMs), isWhole: true));

    [Fact]
    public void All_of_it_is_heard_when_all_audio_has_played_even_without_marks()
    {
        var ledger = new HeardLedger();
        ledger.AddAudio(TimeSpan.FromSeconds(1));
        Assert.Equal("", ledger.HeardText(Text, TimeSpan.FromSeconds(0.99), isWhole: true));
        Assert.Equal(Text, ledger.HeardText(Text, TimeSpan.FromSeconds(1), isWhole: true));
        Assert.Equal("", ledger.HeardText(Text, TimeSpan.FromSeconds(1), isWhole: false));
    }

    [Fact]
    public void Playing_does_not_go_backwards_nor_past_the_audio()
    {
        var ledger = Ledger();
        ledger.HandlePlayed(TimeSpan.FromSeconds(1));
        ledger.HandlePlayed(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.FromSeconds(1), ledger.Played);
        ledger.HandlePlayed(TimeSpan.FromSeconds(99));
        Assert.Equal(ledger.AudioDuration, ledger.Played);
    }

    [Fact]
    public void Whatever_the_marks_the_heard_text_is_a_prefix_that_grows_with_time() =>
        Gen.Select(Gen.Select(Gen.Int[-5, 2000], Gen.Int[-5, 40]).List[0, 20], Gen.Int[0, 2000], Gen.Int[0, 2000]).Sample((marks, first, second) =>
        {
            var ledger = new HeardLedger();
            ledger.AddAudio(TimeSpan.FromSeconds(3));
            foreach (var (position, length) in marks) ledger.AddMark(TimeSpan.FromMilliseconds(position), length);
            var earlier = ledger.HeardText("a 😀 word or two 😀", TimeSpan.FromMilliseconds(Math.Min(first, second)), isWhole: false);
            var later = ledger.HeardText("a 😀 word or two 😀", TimeSpan.FromMilliseconds(Math.Max(first, second)), isWhole: false);
            Assert.StartsWith(earlier, later, StringComparison.Ordinal);
            Assert.False(later.Length > 0 && char.IsHighSurrogate(later[^1]));
        });

    private static HeardLedger Ledger()
    {
        var ledger = new HeardLedger();
        ledger.AddAudio(TimeSpan.FromMilliseconds(1700));
        ledger.AddMark(TimeSpan.FromMilliseconds(400), 3);
        ledger.AddMark(TimeSpan.FromMilliseconds(800), 7);
        ledger.AddMark(TimeSpan.FromMilliseconds(1200), 13);
        ledger.AddMark(TimeSpan.FromMilliseconds(1600), 18);
        return ledger;
    }
}
