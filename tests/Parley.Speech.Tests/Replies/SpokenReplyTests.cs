using Microsoft.Extensions.AI;
using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

public sealed class SpokenReplyTests
{
    private const string Words = "Well, I would say so. The sun is out, and the birds sing! It is three point 3.5 today.";

    [Fact]
    public void Every_word_is_written_and_spoken_once_in_order()
    {
        var bench = new ReplyBench(ChatStep.Words(Words));
        Assert.IsType<ReplyCompleted>(bench.Run(ReplyBench.Ask("Well?")));
        Assert.Equal(Words, bench.Text);
        Assert.Equal(Words.Replace(" ", "", StringComparison.Ordinal), bench.Heard.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["Well, I would say so.", "The sun is out, and the birds sing!", "It is three point 3.5 today."], bench.Voice.Clauses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Text_comes_before_its_marks_and_marks_before_their_audio(bool hasMarks)
    {
        var bench = new ReplyBench(ChatStep.Words(Words));
        bench.Voice = new ScriptedVoice(bench.Time) { HasMarks = hasMarks };
        bench.Run(ReplyBench.Ask("Well?"));
        var text = 0;
        var audio = TimeSpan.Zero;
        var last = new ReplyMark(TimeSpan.Zero, 0);
        foreach (var reply in bench.Events)
        {
            switch (reply)
            {
                case ReplyText delta:
                    text += delta.Delta.Length;
                    break;
                case ReplyMark mark:
                    Assert.True(mark.TextLength <= text && mark.TextLength > last.TextLength, $"{mark} after {last}");
                    Assert.True(mark.Position > audio && mark.Position >= last.Position, $"{mark} after {audio} of audio");
                    last = mark;
                    break;
                case ReplyAudio frame:
                    audio += TimeSpan.FromSeconds(frame.Samples.Length / 24_000.0);
                    break;
            }
        }
        Assert.Equal(new ReplyMark(audio, Words.Length), last);
    }

    [Fact]
    public void Marks_of_words_point_into_the_written_text_not_the_spoken_one()
    {
        var bench = new ReplyBench([ChatStep.Text("**Hello** [my friend](http://example.com/x), *dear*. 🙂")]);
        bench.Run(ReplyBench.Ask("Hello."));
        Assert.Equal(["Hello my friend,", "dear."], bench.Voice.Clauses);
        var heard = bench.Events.OfType<ReplyMark>().Select(mark => bench.Text[..mark.TextLength]);
        Assert.Equal(["**Hello**", "**Hello** [my", "**Hello** [my friend](http://example.com/x), ", bench.Text], heard);
    }

    [Fact]
    public void The_first_clause_is_spoken_while_the_model_still_writes()
    {
        var bench = new ReplyBench([ChatStep.Text("That is a good question, and"), ChatStep.Hang()]);
        var task = bench.Start(ReplyBench.Ask("Why?"));
        Assert.False(task.IsCompleted);
        Assert.Equal("That is a good question,", bench.Heard);
    }

    [Fact]
    public void The_next_clause_is_made_while_the_first_one_is_out_but_not_the_whole_story()
    {
        var story = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"This is sentence number {i} of it."));
        var bench = new ReplyBench([ChatStep.Text(story)]);
        var taken = 0;
        var gate = new TaskCompletionSource();
        var pipeline = new ReplyPipeline(new ModelSet(null!, bench.Chat, bench.Voice, []), bench.Time);
        var task = bench.Pump.Start(async () =>
        {
            await foreach (var reply in pipeline.RunAsync(ReplyBench.Ask("A story.")))
                if (reply is ReplyAudio && ++taken == 1) await gate.Task;
            return true;
        });
        Assert.InRange(bench.Voice.Clauses.Count, 2, 6);
        bench.Pump.Run(gate.SetResult);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal(story, string.Join(' ', bench.Voice.Clauses));
    }

    [Fact]
    public void A_reply_in_text_only_is_not_synthesised()
    {
        var bench = new ReplyBench(ChatStep.Words(Words));
        bench.Run(ReplyBench.Ask("Well?") with { IsSpoken = false });
        Assert.Equal(Words, bench.Text);
        Assert.Empty(bench.Voice.Clauses);
        Assert.All(bench.Events.SkipLast(1), reply => Assert.IsType<ReplyText>(reply));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.output.voice", "audio.output.speed")]
    public void Voice_and_speed_reach_the_synthesiser()
    {
        var bench = new ReplyBench(ChatStep.Words("Yes."));
        bench.Run(ReplyBench.Ask("Well?") with { Voice = "plain", Speed = 1.25 });
        Assert.Equal(new SynthesisOptions("plain", 1.25), Assert.Single(bench.Voice.Options));
    }

    [Fact]
    public void Usage_is_the_servers_when_it_counts_and_an_estimate_when_not()
    {
        var counted = new ReplyBench([ChatStep.Text("Yes."), ChatStep.Usage(17, 3), ChatStep.Finish(ChatFinishReason.Stop)]);
        Assert.Equal(new ReplyCompleted(new ReplyUsage(17, 3)), counted.Run(ReplyBench.Ask("Well?")));
        var estimated = new ReplyBench([ChatStep.Text("Yes, of course.")]);
        Assert.Equal(new ReplyCompleted(new ReplyUsage(6, 4)), estimated.Run(ReplyBench.Ask("Well?")));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "max_output_tokens")]
    public void A_reply_cut_by_the_token_limit_says_so()
    {
        var bench = new ReplyBench([ChatStep.Text("It is a long"), ChatStep.Finish(ChatFinishReason.Length)]);
        Assert.Equal(ReplyLimit.OutputTokens, Assert.IsType<ReplyCompleted>(bench.Run(ReplyBench.Ask("Well?") with { MaxOutputTokens = 3 })).Limit);
        Assert.Equal(3, bench.Chat.Requests[0].Options.MaxOutputTokens);
        Assert.Equal("It is a long", bench.Heard);
    }

    [Fact]
    public void A_reply_cut_by_a_content_filter_keeps_what_it_said()
    {
        var bench = new ReplyBench([ChatStep.Text("It is a long"), ChatStep.Finish(ChatFinishReason.ContentFilter)]);
        Assert.Equal(ReplyLimit.ContentFilter, Assert.IsType<ReplyCompleted>(bench.Run(ReplyBench.Ask("Well?"))).Limit);
        Assert.Equal("It is a long", bench.Text);
    }

    [Fact]
    public void The_thoughts_of_a_reasoning_model_are_neither_written_nor_spoken()
    {
        var bench = new ReplyBench([ChatStep.Text("<thi"), ChatStep.Text("nk>Let me see. The user"), ChatStep.Text(" asks.</thi"), ChatStep.Text("nk>\n\nIt is"), ChatStep.Text(" noon.")]);
        bench.Run(ReplyBench.Ask("When?"));
        Assert.Equal("It is noon.", bench.Text);
        Assert.Equal("It is noon.", bench.Heard);
    }

    [Fact]
    public void An_empty_reply_is_complete_and_silent()
    {
        var bench = new ReplyBench([ChatStep.Finish(ChatFinishReason.Stop)]);
        Assert.IsType<ReplyCompleted>(bench.Run(ReplyBench.Ask("Well?")));
        Assert.Single(bench.Events);
    }
}
