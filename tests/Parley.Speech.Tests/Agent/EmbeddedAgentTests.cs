using Parley.Conversation;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;

namespace Parley.Speech.Tests.Agent;

public sealed class EmbeddedAgentTests
{
    public static TheoryData<string> Phrases => [.. PhraseList.All.Where(phrase => phrase.Id != PhraseId.Timer).Select(phrase => phrase.Text)];

    [Theory]
    [MemberData(nameof(Phrases))]
    public void It_has_an_answer_to_every_phrase_it_prints(string phrase)
    {
        var answer = new Conversation().Say(phrase);
        Assert.NotEmpty(answer);
        Assert.DoesNotContain("no answer", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("  ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_the_time_and_the_day_by_the_tool()
    {
        var talk = new Conversation();
        Assert.Equal("It is fourteen minutes past three in the afternoon.", talk.Say("What time is it?"));
        Assert.Equal("Today is Monday, November 23.", talk.Say("What day is it today?"));
        Assert.Equal("I am sorry, I have no clock here.", new Conversation { HasTools = false }.Say("What time is it?"));
    }

    [Fact]
    public void A_timer_runs_for_its_time_and_then_reports()
    {
        var talk = new Conversation();
        var reply = talk.Start("Set a timer for ten seconds.");
        Assert.Equal("Ten seconds, starting now.", string.Concat(talk.LastEvents.OfType<ReplyText>().Select(text => text.Delta)));
        talk.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(reply.IsCompleted);
        talk.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(reply.IsCompletedSuccessfully);
        Assert.Equal("Ten seconds, starting now. Your ten seconds are over.", talk.Hear());
    }

    [Fact]
    public void Another_one_is_another_one_until_all_are_told()
    {
        var talk = new Conversation();
        var jokes = new List<string> { talk.Say("Tell me a joke.") };
        for (var i = 1; i < Repertoire.Jokes.Count; i++) jokes.Add(talk.Say(i % 2 == 0 ? "Yes." : "Another one, please."));
        Assert.Equal(Repertoire.Jokes.Count, jokes.Distinct().Count());
        Assert.Equal(jokes[0], talk.Say("one more joke"));
    }

    [Fact]
    public void Yes_and_no_mean_what_it_asked()
    {
        var talk = new Conversation();
        Assert.StartsWith("Yes to what?", talk.Say("Yes."), StringComparison.Ordinal);
        Assert.EndsWith("Shall I tell you a joke?", talk.Say("I am bored."), StringComparison.Ordinal);
        Assert.Equal("Then perhaps a story?", talk.Say("No."));
        Assert.Equal(Repertoire.Stories[0], talk.Say("Yes."));
        Assert.StartsWith(Repertoire.Riddles[0].Question, talk.Say("Ask me a riddle."), StringComparison.Ordinal);
        Assert.StartsWith("Then think a little longer.", talk.Say("No."), StringComparison.Ordinal);
        Assert.Equal(Repertoire.Riddles[0].Answer, talk.Say("Yes."));
    }

    [Fact]
    public void It_says_the_last_thing_again_however_often()
    {
        var talk = new Conversation();
        var fact = talk.Say("Give me a fun fact.");
        Assert.Equal(fact, talk.Say("Say that again.", heard: 10));
        Assert.Equal(fact, talk.Say("Say that again."));
    }

    [Fact]
    public void It_knows_what_was_said_to_it()
    {
        var talk = new Conversation();
        talk.Say("Flip a coin.");
        Assert.Equal("You said: Flip a coin.", talk.Say("what did I just say?"));
    }

    [Fact]
    public void Stories_last_about_a_minute_and_come_in_rotation()
    {
        Assert.All(Repertoire.Stories, story => Assert.InRange(story.Split(' ').Length, 150, 170));
        var talk = new Conversation();
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => talk.Say("Tell me a story.")).Distinct().Count());
    }

    [Fact]
    public void After_an_interruption_it_goes_on_at_the_clause_where_it_was_cut_as_often_as_needed()
    {
        var talk = new Conversation();
        var story = talk.Say("Tell me a story.", heard: 300);
        Assert.Equal("All right, I stop.", talk.Say("Stop!"));
        talk.Say("What time is it?");
        var rest = talk.Say("Please continue.", heard: 200);
        Assert.StartsWith("Where was I? ", rest, StringComparison.Ordinal);
        var tail = rest["Where was I? ".Length..];
        Assert.EndsWith(tail, story, StringComparison.Ordinal);
        var at = story.Length - tail.Length;
        Assert.InRange(at, 200, 300);
        Assert.Contains(story[at - 2], ".,?!:");

        var second = talk.Say("go on")["Where was I? ".Length..];
        Assert.EndsWith(second, story, StringComparison.Ordinal);
        Assert.InRange(story.Length - second.Length, at + 1, at + 200);
        Assert.StartsWith("I had finished.", talk.Say("Please continue."), StringComparison.Ordinal);
    }

    [Fact]
    public void Starting_over_tells_the_same_story_from_its_start()
    {
        var talk = new Conversation();
        var story = talk.Say("Tell me a story.", heard: 100);
        Assert.Equal("From the start, then. " + story, talk.Say("Start over."));
    }

    [Fact]
    public void A_story_of_which_nothing_was_heard_starts_at_its_start()
    {
        var talk = new Conversation();
        var story = talk.Say("Tell me a story.", heard: 0);
        Assert.Equal("From the start, then. " + story, talk.Say("Please continue."));
    }

    [Fact]
    public void It_says_honestly_that_it_did_not_understand_and_each_time_otherwise()
    {
        var talk = new Conversation();
        var first = talk.Say(null);
        var second = talk.Say(null);
        var third = talk.Say("colourless green ideas sleep furiously");
        Assert.StartsWith("I heard you, but I did not catch the words.", first, StringComparison.Ordinal);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.All(new[] { first, second, third }, text => Assert.True(PhraseList.All.Count(phrase => text.Contains(phrase.Text, StringComparison.Ordinal)) >= 3, text));
    }

    [Fact]
    public void The_same_history_gives_the_same_words()
    {
        string[] words = ["Hello.", "Roll the dice.", "Flip a coin.", "Pick a random number.", "Tell me a joke."];
        Conversation one = new(), other = new();
        Assert.Equal(words.Select(word => one.Say(word)).ToList(), words.Select(word => other.Say(word)).ToList());
    }

    [Fact]
    public void It_comes_word_by_word_and_counts_them()
    {
        var talk = new Conversation();
        talk.Say("Who made you?");
        var words = talk.LastEvents.OfType<ReplyText>().ToList();
        Assert.Equal(11, words.Count);
        Assert.Equal(new ReplyUsage(3, 11), ((ReplyCompleted)talk.LastEvents[^1]).Usage);
    }

    [Theory]
    [InlineData("hi there", PhraseId.Hello)]
    [InlineData("Could you please tell me what time it is", PhraseId.Time)]
    [InlineData("I'd like to hear a joke", PhraseId.Joke)]
    [InlineData("go on", PhraseId.Continue)]
    [InlineData("stop the story", PhraseId.Stop)]
    [InlineData("continue the story please", PhraseId.Continue)]
    [InlineData("no thanks", PhraseId.No)]
    [InlineData("WHAT'S YOUR NAME", PhraseId.YourName)]
    [InlineData("what is twenty two plus 5?", TypedId.Add)]
    [InlineData("count to fifteen", PhraseId.CountToTen)]
    [InlineData("can you open the pod bay doors for me", PhraseId.OpenDoors)]
    [InlineData("what can you do for me", PhraseId.WhatCanYouDo)]
    public void Typed_words_are_understood_in_other_wordings_too(string words, string id) => Assert.Equal(id, Understanding.Of(words)?.Id);

    [Theory]
    [InlineData("")]
    [InlineData("?!")]
    [InlineData("quantum chromodynamics")]
    [InlineData("what do you think of Paris")]
    public void What_is_not_a_phrase_is_not_taken_for_one(string words) => Assert.Null(Understanding.Of(words));

    [Theory]
    [InlineData("what is twenty two plus 5?", "twenty-two plus five is twenty-seven.")]
    [InlineData("7 times 8", "seven times eight is fifty-six.")]
    [InlineData("count to three", "One, two, three.")]
    [InlineData("Count down from five.", "Five, four, three, two, one, zero.")]
    [InlineData("set a timer for 90 seconds", "I can only set a timer for one to twenty seconds, because I keep the line while it runs.")]
    public void It_reads_numbers(string words, string answer) => Assert.Equal(answer, new Conversation().Say(words));

    [Theory]
    [InlineData("2026-01-01T00:00:00", "It is twelve o'clock in the morning.")]
    [InlineData("2026-01-01T12:01:00", "It is one minute past twelve in the afternoon.")]
    [InlineData("2026-01-01T23:45:00", "It is forty-five minutes past eleven in the evening.")]
    public void It_says_times_as_people_do(string time, string spoken) => Assert.Equal(spoken, SpokenTime.Time($$"""{"local_time":"{{time}}"}"""));
}
