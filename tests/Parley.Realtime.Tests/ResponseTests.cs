using Parley.Conversation;

namespace Parley.Realtime.Tests;

public sealed class ResponseTests
{
    private readonly TestCall _call = new();

    [Fact]
    [Shows(ApiPart.ServerEvent, "response.output_text.delta", "response.output_text.done")]
    [Shows(ApiPart.ResponseField, "output_modalities")]
    public void A_text_reply_has_text_events_and_no_audio()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyText("Good "), new ReplyText("day"), new ReplyCompleted(new ReplyUsage(1, 2))));
        _call.Send("""{"type":"response.create","response":{"output_modalities":["text"],"metadata":{"topic":"greeting"}}}""");
        _call.Run(1);
        Assert.Equal(
            [
                "session.created", "response.created", "rate_limits.updated", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done",
            ],
            _call.Types);
        Assert.Equal("Good day", _call.Single("response.done")["response.output.0.content.0.text"]);
        Assert.Equal("greeting", _call.Single("response.done")["response.metadata.topic"]);
        Assert.Equal("text", _call.Single("response.content_part.added")["part.type"]);
        Assert.False(_call.Requests.Single().IsSpoken);
    }

    [Fact]
    public void A_second_response_is_refused_while_one_is_active()
    {
        _call.Send("""{"type":"response.create"}""");
        _call.Send("""{"type":"response.create","event_id":"second"}""");
        var error = _call.Single("error");
        Assert.Equal(("conversation_already_has_active_response", "second"), (error["error.code"], error["error.event_id"]));
        Assert.Single(_call.Types, "response.created");
    }

    [Fact]
    public void A_model_that_fails_ends_the_response_and_not_the_call()
    {
        _call.User.Says("hello", from: 1, to: 2).Says("again", from: 4, to: 5);
        _call.Replies.Add(ScriptedReply.Of(new ReplyFailed("model_not_found", "The chat endpoint knows no model 'x'.")));
        _call.Replies.Add(ScriptedReply.Says("Here I am"));
        _call.Run(8);
        var failed = _call.Events.First(received => received.Type == "response.done");
        Assert.Equal("failed", failed["response.status"]);
        Assert.Equal("model_not_found", failed["response.status_details.error.code"]);
        Assert.Equal("The chat endpoint knows no model 'x'.", _call.Single("error")["error.message"]);
        Assert.Equal("server_error", _call.Single("error")["error.type"]);
        Assert.Equal("completed", _call.Last("response.done")["response.status"]);
    }

    [Fact]
    public void A_reply_that_hits_the_token_limit_is_incomplete()
    {
        _call.User.Says("hello", from: 1, to: 2);
        _call.Replies.Add(ScriptedReply.Says("and so on and", end: new ReplyCompleted(new ReplyUsage(1, 2), ReplyLimit.OutputTokens)));
        _call.Run(6);
        var done = _call.Single("response.done");
        Assert.Equal(("incomplete", "max_output_tokens"), (done["response.status"], done["response.status_details.reason"]));
        Assert.Equal("output_audio_buffer.stopped", _call.Types.Last());
    }

    [Fact]
    public void A_reply_that_a_content_filter_stopped_is_incomplete()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyText("Well"), new ReplyCompleted(default, ReplyLimit.ContentFilter)));
        _call.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        _call.Run(1);
        var done = _call.Single("response.done");
        Assert.Equal(("incomplete", "incomplete", "content_filter"),
            (done["response.status"], done["response.status_details.type"], done["response.status_details.reason"]));
        Assert.Equal("Well", done["response.output.0.content.0.text"]);
    }

    [Fact]
    [Shows(ApiPart.ResponseField, "conversation", "input")]
    public void An_out_of_band_response_runs_beside_the_conversations_and_leaves_no_trace_in_it()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyText("yes"), new ReplyCompleted(default)));
        _call.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        _call.Send("""
            {"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Is it polite?",
             "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}]}}
            """);
        _call.Run(1);
        Assert.Equal(2, _call.Types.Count(type => type == "response.done"));
        Assert.Equal("hello", ((MessageItem)_call.Requests.Last().History.Single()).Text);
        Assert.Equal("null", _call.Last("response.done")["response.conversation_id"]);
        _call.Send("""{"type":"response.create"}""");
        Assert.Single(_call.Requests.Last().History);
    }

    [Fact]
    public void Half_a_surrogate_pair_waits_for_its_other_half()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyText("\uD83D"), new ReplyText("\uDE00 ok"), new ReplyCompleted(default)));
        _call.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        _call.Run(1);
        Assert.Equal("😀 ok", _call.Single("response.output_text.delta")["delta"]);
    }

    [Fact]
    public void Audio_that_runs_dry_before_the_reply_is_complete_does_not_stop_it()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Single().ResponseId;
        _call.Reply(id, new ReplyText("Well"));
        _call.Reply(id, new ReplyAudio(new short[480]));
        _call.Playout(id, PlayoutUpdate.Started);
        _call.Playout(id, PlayoutUpdate.Drained);
        Assert.DoesNotContain("output_audio_buffer.stopped", _call.Types);
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal(["response.done", "output_audio_buffer.stopped"], _call.Types.TakeLast(2));
    }
}
