using Parley.Speech.Embedded;

namespace Parley.Speech.Tests.Embedded;

public sealed class PhraseListTests
{
    [Fact]
    public void It_holds_at_least_forty_phrases_each_with_its_own_id()
    {
        Assert.True(PhraseList.All.Count >= 40);
        Assert.Equal(PhraseList.All.Count, PhraseList.All.Select(phrase => phrase.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("what time is it", PhraseId.Time)]
    [InlineData(" What time  is it?! ", PhraseId.Time)]
    [InlineData("whats your name", PhraseId.YourName)]
    [InlineData("STOP", PhraseId.Stop)]
    public void A_phrase_is_found_whatever_its_case_punctuation_and_spacing(string text, string id) =>
        Assert.Equal(id, PhraseList.Find(text)?.Id);

    [Theory]
    [InlineData("")]
    [InlineData("what time was it")]
    public void Other_text_is_no_phrase(string text) => Assert.Null(PhraseList.Find(text));
}
