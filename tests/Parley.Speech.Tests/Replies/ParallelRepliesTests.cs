using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

public sealed class ParallelRepliesTests
{
    /// <summary>As in the server: no context, every continuation on some thread of the pool.</summary>
    [Fact]
    public async Task Many_replies_at_once_on_the_thread_pool_do_not_disturb_each_other()
    {
        const string words = "One thing is this. Another thing, as it were, is that! And what is the third? Nobody knows it yet.";
        async Task<(string Text, int Samples, int Mark)> RunAsync(int seed)
        {
            var chat = new ScriptedChat(TimeProvider.System, ChatStep.Words($"{words} {seed}."));
            var pipeline = new ReplyPipeline(new ModelSet(null!, chat, new ScriptedVoice(TimeProvider.System), []), TimeProvider.System);
            var (text, samples, mark) = ("", 0, 0);
            await foreach (var reply in pipeline.RunAsync(ReplyBench.Ask("Well?"), TestContext.Current.CancellationToken))
            {
                if (reply is ReplyText delta) text += delta.Delta;
                if (reply is ReplyAudio audio) samples += audio.Samples.Length;
                if (reply is ReplyMark { TextLength: var length }) mark = length;
                Assert.IsNotType<ReplyFailed>(reply);
            }
            return (text, samples, mark);
        }

        var replies = await Task.WhenAll(Enumerable.Range(100, 200).Select(seed => Task.Run(() => RunAsync(seed))));
        for (var i = 0; i < replies.Length; i++)
        {
            Assert.Equal($"{words} {100 + i}.", replies[i].Text);
            Assert.Equal(replies[i].Text.Length, replies[i].Mark);
            Assert.Equal(replies[0].Samples, replies[i].Samples);
        }
    }
}
