using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

public sealed class CancelledReplyTests
{
    [Fact]
    public void Nothing_comes_after_a_cancellation_and_at_most_one_more_frame_is_made()
    {
        var bench = new ReplyBench([ChatStep.Text("This is a story that goes on and on. It never ends, they say. Really never.")]);
        var atCancel = -1;
        var task = bench.Start(ReplyBench.Ask("A story."), reply =>
        {
            if (reply is not ReplyAudio || bench.Samples < 10 * ScriptedVoice.SamplesPerCharacter || atCancel >= 0) return;
            bench.Cancellation.Cancel();
            atCancel = bench.Voice.FramesMade;
        });
        Assert.True(task.IsCanceled);
        Assert.IsType<ReplyAudio>(bench.Events[^1]);
        Assert.InRange(bench.Voice.FramesMade - atCancel, 0, 1);
        Assert.Equal(0, bench.Voice.Open);
        Assert.Equal(0, bench.Chat.Open);
    }

    [Fact]
    public void A_cancellation_while_the_model_thinks_ends_the_reply_at_once()
    {
        var bench = new ReplyBench([ChatStep.Hang()]);
        var task = bench.Start(ReplyBench.Ask("Well?"));
        bench.Pump.Run(bench.Cancellation.Cancel);
        Assert.True(task.IsCanceled);
        Assert.Empty(bench.Events);
        Assert.Equal(0, bench.Chat.Open);
    }

    [Fact]
    public void A_model_that_does_not_react_to_cancellation_does_not_hold_the_call()
    {
        var bench = new ReplyBench([ChatStep.Hang(deaf: true)]);
        var task = bench.Start(ReplyBench.Ask("Well?"));
        bench.Pump.Run(bench.Cancellation.Cancel);
        Assert.True(task.IsCanceled);
        Assert.Equal(1, bench.Chat.Open);
        bench.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, bench.Chat.Open);
    }

    [Fact]
    public void A_reply_that_was_cancelled_before_it_began_asks_no_model()
    {
        var bench = new ReplyBench([ChatStep.Text("Never said.")]);
        bench.Cancellation.Cancel();
        Assert.True(bench.Start(ReplyBench.Ask("Well?")).IsCanceled);
        Assert.Empty(bench.Chat.Requests);
    }

    [Fact]
    public void Leaving_the_stream_early_stops_the_models()
    {
        var bench = new ReplyBench([ChatStep.Text("One clause here. And another clause. "), ChatStep.Hang()]);
        var pipeline = new ReplyPipeline(new ModelSet(null!, bench.Chat, bench.Voice, []), bench.Time);
        bench.Pump.Complete(async () =>
        {
            await foreach (var reply in pipeline.RunAsync(ReplyBench.Ask("Well?")))
                if (reply is ReplyAudio) break;
            return true;
        }, "leaving");
        Assert.Equal(0, bench.Chat.Open);
        Assert.Equal(0, bench.Voice.Open);
    }
}
