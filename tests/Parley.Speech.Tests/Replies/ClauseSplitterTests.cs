using CsCheck;
using Parley.Speech.Replies;

namespace Parley.Speech.Tests.Replies;

public sealed class ClauseSplitterTests
{
    private static List<Clause> Split(params IEnumerable<string> deltas)
    {
        var splitter = new ClauseSplitter();
        var clauses = new List<Clause>();
        foreach (var delta in deltas)
        {
            splitter.Add(delta);
            while (splitter.TryTake(out var clause)) clauses.Add(clause);
        }
        splitter.Flush();
        while (splitter.TryTake(out var clause)) clauses.Add(clause);
        return clauses;
    }

    private static IEnumerable<string> Spoken(string text) => Split(text).Where(clause => clause.IsSpoken).Select(clause => clause.Spoken.Text);

    [Theory]
    [InlineData("I can do that. Just a moment.", "I can do that.|Just a moment.")]
    [InlineData("Hello! How are you?", "Hello! How are you?")]
    [InlineData("Of course I can, my dear friend, and gladly.", "Of course I can,|my dear friend, and gladly.")]
    [InlineData("Dr. Smith met Mrs. J. Jones at 3.5 p.m. on St. Mary's day, e.g. there. It was 1,000 m.", "Dr. Smith met Mrs. J. Jones at 3.5 p.m. on St. Mary's day,|e.g. there.|It was 1,000 m.")]
    [InlineData("Wait a bit... then go. Now we wait... Done here.", "Wait a bit...|then go.|Now we wait...|Done here.")]
    [InlineData("He said \"come in.\" Then he left (quickly!) They stayed.", "He said \"come in.\"|Then he left (quickly!)|They stayed.")]
    [InlineData("This is one. *Two* is it. \"Three,\" she said.", "This is one.|Two is it.|\"Three,\" she said.")]
    [InlineData("Take No. 5 and Fig. 2 there. No. I will not.", "Take No. 5 and Fig. 2 there.|No. I will not.")]
    [InlineData("So am I. You too?", "So am I.|You too?")]
    [InlineData("これは文です。次の文です。", "これは文です。|次の文です。")]
    [InlineData("Steps are these:\n1. Open it.\n2. Close it.", "Steps are these:|1. Open it.|2. Close it.")]
    public void It_cuts_where_a_speaker_would_breathe(string text, string clauses) => Assert.Equal(clauses, string.Join('|', Spoken(text)));

    [Fact]
    public void A_first_clause_without_punctuation_is_cut_at_a_sensible_length()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 60));
        Assert.InRange(Split(text)[0].Text.Length, 80, 100);
    }

    [Fact]
    public void Text_without_a_space_is_cut_too_and_never_inside_a_character()
    {
        var text = new string('x', 399) + string.Concat(Enumerable.Repeat("𝒳", 300));
        var clauses = Split(text);
        Assert.All(clauses, clause => Assert.InRange(clause.Text.Length, 1, 401));
        Assert.All(clauses, clause => Assert.False(char.IsHighSurrogate(clause.Text[^1])));
    }

    [Fact]
    public void A_code_block_is_not_spoken_and_what_follows_is()
    {
        var clauses = Split("Try this code:\n```csharp\nvar x = 1; // one. Two. Three!\n```\nThat is all.");
        Assert.Equal("Try this code:|That is all.", string.Join('|', clauses.Where(clause => clause.IsSpoken).Select(clause => clause.Spoken.Text)));
    }

    private static readonly Gen<string> Prose = Gen.OneOf(
        "Hello", " ", "world", ". ", ", ", "! ", "? ", "...", "… ", "3.5", "1,000", "e.g. ", "Dr. ", "No. ", "\n", "\n\n", "- item", "## Head", "**bold**",
        "_x_", "`code`", "```\n", "```", "[a](http://b.c/d)", "http://x.org/y?z=1", "😀", "👩‍🚀", "é", "中文", "。", "—", " – ", "\"", ")", "(", "a.m. ", "I. ", "J. ",
        "\ud83d", "\u0000", "|", "\\*", "#1", "2*3", "<br>", "the quick brown fox jumps over the lazy dog ").Array[0, 60].Select(string.Concat);

    [Fact]
    public void Whatever_the_chunks_the_clauses_are_the_same_and_concatenate_to_the_text() =>
        Gen.Select(Prose, Gen.Int[1, 12].Array[1, 20]).Sample((text, sizes) =>
        {
            var chunks = new List<string>();
            for (int at = 0, i = 0; at < text.Length; i++)
            {
                var take = Math.Min(sizes[i % sizes.Length], text.Length - at);
                chunks.Add(text.Substring(at, take));
                at += take;
            }
            var clauses = Split(chunks);
            Assert.Equal(text, string.Concat(clauses.Select(clause => clause.Text)));
            Assert.Equal(Split(text).Select(clause => (clause.Start, clause.Spoken.Text)), clauses.Select(clause => (clause.Start, clause.Spoken.Text)));
        }, iter: 3000);

    [Fact]
    public void Every_prefix_that_is_spoken_has_its_place_in_the_text_and_places_grow() =>
        Prose.Sample(text =>
        {
            var last = 0;
            foreach (var clause in Split(text))
            {
                for (var spoken = 0; spoken <= clause.Spoken.Text.Length; spoken++)
                {
                    var heard = clause.HeardLength(spoken);
                    Assert.InRange(heard, Math.Min(last, clause.End), clause.End);
                    if (spoken > 0) last = heard;
                }
            }
        }, iter: 2000);

    [Fact]
    public void Plain_words_are_spoken_one_for_one() =>
        Gen.OneOf("yes", "seven", "so,", "well.", "What?", "ah!", "Mr.", "3.5", "I", "e.g.").Array[1, 80].Sample(words =>
        {
            var text = string.Join(' ', words);
            Assert.Equal(text, string.Join(' ', Spoken(text)));
        }, iter: 1000);
}
