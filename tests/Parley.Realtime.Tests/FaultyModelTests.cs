using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>Models that bring what they should not: the response ends in order, and the session goes on.</summary>
public sealed class FaultyModelTests
{
    private readonly TestCall _call = new();

    private string Begin(string response = "{}")
    {
        _call.Send($$"""{"type":"response.create","response":{{response}}}""");
        return _call.Requests.Last().ResponseId;
    }

    private void AssertGoesOn()
    {
        var id = Begin("""{"output_modalities":["text"]}""");
        _call.Reply(id, new ReplyText("Here I am"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal("completed", _call.Last("response.done")["response.status"]);
    }

    [Fact]
    public void A_reply_without_an_end_fails_when_it_is_too_long_and_its_model_is_stopped()
    {
        var id = Begin("""{"output_modalities":["text"]}""");
        for (var i = 0; i < 21; i++) _call.Reply(id, new ReplyText(new string('x', 10_000)));
        Assert.Equal(("failed", "conversation_full"), (_call.Single("response.done")["response.status"], _call.Single("response.done")["response.status_details.error.code"]));
        Assert.Single(_call.Commands, entry => entry.Command is CancelReply);
        AssertGoesOn();
    }

    [Fact]
    public void Arguments_without_an_end_fail_the_response_and_leave_no_call()
    {
        var id = Begin();
        for (var i = 0; i < 21; i++) _call.Reply(id, new ReplyToolCallDelta("c", "f", new string('x', 10_000)));
        Assert.Equal("failed", _call.Single("response.done")["response.status"]);
        Assert.Equal("incomplete", _call.Last("response.output_item.done")["item.status"]);
        _call.Send("""{"type":"response.create"}""");
        Assert.Empty(_call.Requests.Last().History);
    }

    [Fact]
    public void Calls_that_were_never_begun_or_are_over_can_be_dropped_without_harm()
    {
        var id = Begin();
        _call.Reply(id, new ReplyToolCallDropped("unknown"));
        _call.Reply(id, new ReplyToolCall("c", "f", "{}"));
        _call.Reply(id, new ReplyToolCallDropped("c"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal("completed", _call.Single("response.done")["response.output.0.status"]);
    }

    [Fact]
    public void A_whole_call_that_is_not_what_its_pieces_were_stays_as_it_was_told()
    {
        var id = Begin();
        _call.Reply(id, new ReplyToolCallDelta("c", "f", "{\"a\":1}"));
        _call.Reply(id, new ReplyToolCall("c", "f", "{\"b\":2}"));
        Assert.Equal("{\"a\":1}", _call.Single("response.function_call_arguments.done")["arguments"]);
        Assert.Equal("{\"a\":1}", _call.Single("response.output_item.done")["item.arguments"]);
    }

    [Fact]
    public void A_call_of_an_id_that_was_used_before_is_another_call()
    {
        var id = Begin();
        _call.Reply(id, new ReplyToolCall("c", "f", "{}"));
        _call.Reply(id, new ReplyToolCallDelta("c", "f", "{"));
        _call.Reply(id, new ReplyToolCall("c", "f", "{}"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal(2, _call.Events.Where(received => received.Type == "response.output_item.done").Select(received => received["item.call_id"]).Distinct().Count());
    }

    [Fact]
    public void Sound_for_a_response_in_text_is_left_aside()
    {
        var id = Begin("""{"output_modalities":["text"]}""");
        _call.Reply(id, new ReplyAudio(new short[480]));
        _call.Reply(id, new ReplyText("Yes"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.DoesNotContain(_call.Types, type => type.Contains("audio", StringComparison.Ordinal));
        Assert.Equal("0", _call.Single("response.done")["response.usage.output_token_details.audio_tokens"]);
    }

    [Fact]
    public void A_reply_that_brings_nothing_is_complete_and_empty()
    {
        _call.Reply(Begin(), new ReplyCompleted(default));
        Assert.Equal(("completed", 0), (_call.Single("response.done")["response.status"], _call.Single("response.done").Get("response.output").GetArrayLength()));
        AssertGoesOn();
    }

    [Fact]
    public void What_comes_after_the_end_is_ignored_whatever_it_is()
    {
        var id = Begin();
        _call.Reply(id, new ReplyFailed("chat_interrupted", "broken off"));
        var before = _call.Events.Count;
        foreach (var late in (ReplyEvent[])[new ReplyText("x"), new ReplyToolCallDelta("c", "f", "{"), new ReplyToolCall("c", "f", "{}"), new ReplyToolCallDropped("c"), new ReplyCompleted(default)])
            _call.Reply(id, late);
        Assert.Equal(before, _call.Events.Count);
        Assert.Equal(5, _call.Session.Anomalies[SessionAnomaly.StaleReply]);
    }
}
