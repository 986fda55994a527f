using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests;

/// <summary>The user speaks from 1 s to 2 s; what is understood of it decides how long the silence has to be.</summary>
public sealed class SemanticEndTests
{
    private static TurnScript Script(SemanticPatience patience)
    {
        var script = new TurnScript();
        script.User.Says("hello", from: 1, to: 2);
        script.Turns.Replace(SpeechEvidencePolicy.ForStart(0.5), new SemanticEndPolicy(0.5, patience), SpeechEvidencePolicy.ForBargeIn(0.5), new TurnLimits());
        return script;
    }

    private static SemanticPatience Patience(string eagerness) => eagerness switch
    {
        "low" => SemanticPatience.Reserved,
        "high" => SemanticPatience.Eager,
        _ => SemanticPatience.Medium,
    };

    [Theory]
    [InlineData("low", "What time is it?", 2800)]
    [InlineData("low", "what time is it", 3500)]
    [InlineData("low", "I would like to", 10_000)]
    [InlineData("low", null, 3200)]
    [InlineData("medium", "What time is it?", 2500)]
    [InlineData("medium", "what time is it", 2900)]
    [InlineData("medium", "I would like to", 6000)]
    [InlineData("medium", null, 2700)]
    [InlineData("high", "What time is it?", 2300)]
    [InlineData("high", "what time is it", 2500)]
    [InlineData("high", "I would like to", 4000)]
    [InlineData("high", null, 2400)]
    public void The_wait_is_short_after_a_whole_sentence_and_long_after_half_of_one(string eagerness, string? words, int endsAt)
    {
        var script = Script(Patience(eagerness));
        script.Run(2.1);
        if (words is not null) script.Turns.HandleWords(words);
        Assert.Equal($"SpeechEnded at {endsAt}", script.Run(12).Decisions[^1]);
    }

    [Fact]
    public void What_was_understood_before_the_last_words_decides_nothing()
    {
        var script = Script(SemanticPatience.Medium);
        script.Run(1.8);
        script.Turns.HandleWords("What time is it?");
        Assert.Equal("SpeechEnded at 2900", script.Run(12).Decisions[^1]);
    }

    [Fact]
    public void Words_that_come_late_end_the_turn_at_once()
    {
        var script = Script(SemanticPatience.Medium);
        script.Run(2.1);
        script.Turns.HandleWords("I would like to");
        script.Run(3.5);
        script.Turns.HandleWords("I would like to go.");
        Assert.Equal("SpeechEnded at 3510", script.Run(12).Decisions[^1]);
    }

    [Fact]
    public void A_new_turn_knows_nothing_of_the_words_of_the_last()
    {
        var script = Script(SemanticPatience.Medium);
        script.User.Says("again", from: 8, to: 9);
        script.Run(2.1);
        script.Turns.HandleWords("I would like to");
        Assert.Equal("SpeechEnded at 9700", script.Run(12).Decisions[^1]);
    }
}
