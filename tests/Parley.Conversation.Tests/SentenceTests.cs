using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests;

public sealed class SentenceTests
{
    [Theory]
    [InlineData("", WordsState.None)]
    [InlineData("  ", WordsState.None)]
    [InlineData("What time is it?", WordsState.Finished)]
    [InlineData("He said \"stop!\"", WordsState.Finished)]
    [InlineData("今何時ですか。", WordsState.Finished)]
    [InlineData("What is it for?", WordsState.Finished)]
    [InlineData("Put it in.", WordsState.Unclear)]
    [InlineData("what time is it", WordsState.Unclear)]
    [InlineData("I would like to", WordsState.Unfinished)]
    [InlineData("my number is", WordsState.Unfinished)]
    [InlineData("I want the", WordsState.Unfinished)]
    [InlineData("I want the.", WordsState.Unfinished)]
    [InlineData("Well, um", WordsState.Unfinished)]
    [InlineData("Five, six,", WordsState.Unfinished)]
    [InlineData("Let me think...", WordsState.Unfinished)]
    [InlineData("Let me think…", WordsState.Unfinished)]
    [InlineData("so I’m", WordsState.Unfinished)]
    public void The_end_of_the_words_tells_whether_more_is_to_come(string words, WordsState state) => Assert.Equal(state, Sentence.Judge(words));
}
