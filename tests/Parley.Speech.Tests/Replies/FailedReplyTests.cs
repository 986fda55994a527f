using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

public sealed class FailedReplyTests
{
    private static readonly SpeechException Unreachable = new("chat_unreachable", "Nothing answers at http://127.0.0.1:1/v1.");

    [Fact]
    public void A_model_that_fails_at_once_gives_one_event_with_its_code_and_advice()
    {
        var bench = new ReplyBench([ChatStep.Throw(Unreachable)]);
        Assert.Equal(new ReplyFailed("chat_unreachable", Unreachable.Message), bench.Run(ReplyBench.Ask("Well?")));
        Assert.Single(bench.Events);
    }

    [Fact]
    public void What_was_said_before_a_failure_stays_and_half_a_clause_is_not_spoken()
    {
        var bench = new ReplyBench([ChatStep.Text("This much is known. And then"), ChatStep.Throw(Unreachable)]);
        Assert.Equal("chat_unreachable", Assert.IsType<ReplyFailed>(bench.Run(ReplyBench.Ask("Well?"))).Code);
        Assert.Equal("This much is known. And then", bench.Text);
        Assert.Equal("This much is known.", bench.Heard);
        Assert.Equal("This much is known. ".Length, bench.Events.OfType<ReplyMark>().Last().TextLength);
    }

    [Fact]
    public void A_synthesiser_that_fails_ends_the_reply_and_the_model()
    {
        var bench = new ReplyBench([ChatStep.Text("The first clause. The second clause. And"), ChatStep.Hang()]);
        bench.Voice = new ScriptedVoice(bench.Time) { Failure = (2, new SpeechException("speech_unauthorized", "Set SPEECH_KEY.")) };
        Assert.Equal(new ReplyFailed("speech_unauthorized", "Set SPEECH_KEY."), bench.Run(ReplyBench.Ask("Well?")));
        Assert.Equal("The first clause.", bench.Heard);
    }

    [Fact]
    public void An_unforeseen_exception_is_an_event_too_and_its_words_stay_private()
    {
        var bench = new ReplyBench([ChatStep.Throw(new InvalidOperationException("the user said: secret"))]);
        var failed = Assert.IsType<ReplyFailed>(bench.Run(ReplyBench.Ask("Well?")));
        Assert.Equal("chat_failed", failed.Code);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_that_never_begins_fails_at_its_deadline(bool deaf)
    {
        var bench = new ReplyBench([ChatStep.Hang(deaf)]);
        var task = bench.Start(ReplyBench.Ask("Well?"));
        bench.Advance(ReplyPipelineConfig.Default.FirstTokenTimeout - TimeSpan.FromTicks(1));
        Assert.Empty(bench.Events);
        bench.Advance(TimeSpan.FromTicks(1));
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal("chat_timeout", Assert.IsType<ReplyFailed>(Assert.Single(bench.Events)).Code);
    }

    [Fact]
    public void A_model_that_stops_in_the_middle_fails_at_the_shorter_deadline()
    {
        var bench = new ReplyBench([ChatStep.Text("Once upon a time, there"), ChatStep.Hang()]);
        var task = bench.Start(ReplyBench.Ask("A story."));
        bench.Advance(ReplyPipelineConfig.Default.NextTokenTimeout);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal("chat_timeout", Assert.IsType<ReplyFailed>(bench.Events[^1]).Code);
        Assert.Equal("Once upon a time,", bench.Heard);
    }

    [Fact]
    public void A_synthesiser_that_never_begins_fails_at_its_deadline()
    {
        var bench = new ReplyBench(ChatStep.Words("Yes."));
        bench.Voice = new ScriptedVoice(bench.Time) { FrameDelay = TimeSpan.FromDays(1) };
        var task = bench.Start(ReplyBench.Ask("Well?"));
        bench.Advance(ReplyPipelineConfig.Default.FirstAudioTimeout);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal("speech_timeout", Assert.IsType<ReplyFailed>(bench.Events[^1]).Code);
    }
}
