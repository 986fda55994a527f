using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>What a response.create says of its own response alone.</summary>
public sealed class ResponseOverrideTests
{
    private readonly TestCall _call = new();

    [Fact]
    [Shows(ApiPart.ClientEvent, "response.create")]
    [Shows(ApiPart.ResponseField, "instructions", "audio.output.voice", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "max_output_tokens", "metadata")]
    public void Every_field_of_a_response_takes_the_place_of_the_sessions()
    {
        _call.Send("""
            {"type":"response.create","response":{"output_modalities":["audio"],"instructions":"Whisper.","audio":{"output":{"format":{"type":"audio/pcmu"},"voice":"echo"}},
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"}}],"tool_choice":{"type":"function","name":"f"},
             "parallel_tool_calls":false,"reasoning":{"effort":"high"},"max_output_tokens":77,"metadata":{"a":"b"}}}
            """);
        var request = _call.Requests.Single();
        Assert.Equal(("Whisper.", "echo", 77, true), (request.Instructions, request.Voice, request.MaxOutputTokens, request.IsSpoken));
        Assert.Equal(new FunctionTool("f", "d", """{"type":"object"}"""), Assert.Single(request.Tools));
        Assert.Equal((new ToolChoice(ToolChoiceMode.Function, "f"), false, ReasoningEffort.High), (request.ToolChoice, request.ParallelToolCalls, request.ReasoningEffort));
        var created = _call.Single("response.created");
        Assert.Equal(("audio", "77", "b"), (created["response.output_modalities.0"], created["response.max_output_tokens"], created["response.metadata.a"]));
        Assert.Equal(("audio/pcmu", "echo"), (created["response.audio.output.format.type"], created["response.audio.output.voice"]));
        Assert.StartsWith("conv_", created["response.conversation_id"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_response_has_the_sessions_values_again()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyText("Yes"), new ReplyCompleted(default)));
        _call.Send("""{"type":"response.create","response":{"instructions":"Whisper.","max_output_tokens":5}}""");
        _call.Run(1);
        _call.Send("""{"type":"response.create"}""");
        Assert.NotEqual("Whisper.", _call.Requests.Last().Instructions);
        Assert.Null(_call.Requests.Last().MaxOutputTokens);
    }

    [Fact]
    [Shows(ApiPart.Item, "item_reference")]
    public void An_item_is_referred_to_by_its_id()
    {
        _call.Send("""{"type":"conversation.item.create","item":{"id":"first","type":"message","role":"user","content":[{"type":"input_text","text":"one"}]}}""");
        _call.Send("""{"type":"conversation.item.create","item":{"id":"second","type":"message","role":"user","content":[{"type":"input_text","text":"two"}]}}""");
        _call.Send("""
            {"type":"response.create","response":{"input":[{"type":"item_reference","id":"second"},
             {"type":"message","role":"user","content":[{"type":"input_text","text":"three"}]}]}}
            """);
        Assert.Equal(["two", "three"], _call.Requests.Single().History.Cast<MessageItem>().Select(item => item.Text));
    }

    [Fact]
    public void An_empty_input_is_an_empty_context()
    {
        _call.Send("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"one"}]}}""");
        _call.Send("""{"type":"response.create","response":{"input":[]}}""");
        Assert.Empty(_call.Requests.Single().History);
    }

    [Fact]
    public void A_call_in_the_input_without_an_output_is_shown_as_cancelled()
    {
        _call.Send("""{"type":"response.create","response":{"conversation":"none","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}}""");
        Assert.Equal(History.CancelledOutput, ((ToolOutputItem)_call.Requests.Single().History[1]).Output);
    }

    [Theory]
    [InlineData("""{"input":[{"type":"item_reference","id":"nobody"}]}""", "item_not_found", "response.input[0].id")]
    [InlineData("""{"conversation":"mine"}""", "invalid_value", "response.conversation")]
    [InlineData("""{"metadata":{"a":1}}""", "invalid_type", "response.metadata.a")]
    [InlineData("""{"metadata":["a"]}""", "invalid_type", "response.metadata")]
    [InlineData("""{"max_output_tokens":0}""", "decimal_below_min_value", "response.max_output_tokens")]
    [InlineData("""{"max_output_tokens":4097}""", "decimal_above_max_value", "response.max_output_tokens")]
    [InlineData("""{"output_modalities":["audio","text"]}""", "invalid_value", "response.output_modalities")]
    [InlineData("""{"audio":{"input":{}}}""", "unknown_parameter", "response.audio.input")]
    [InlineData("""{"tool_choice":"perhaps"}""", "invalid_value", "response.tool_choice")]
    [InlineData("""{"prompt":{"id":"pmpt_1"}}""", "unsupported_parameter", "response.prompt")]
    [InlineData("""{"temperature":1}""", "unknown_parameter", "response.temperature")]
    public void What_is_wrong_with_a_response_is_named_and_nothing_is_made(string response, string code, string param)
    {
        _call.Send($$"""{"type":"response.create","event_id":"mine","response":{{response}}}""");
        var error = _call.Single("error");
        Assert.Equal((code, param, "mine"), (error["error.code"], error["error.param"], error["error.event_id"]));
        Assert.Empty(_call.Requests);
    }

    [Fact]
    public void The_voice_of_a_response_cannot_change_once_the_assistant_has_spoken()
    {
        _call.Replies.Add(ScriptedReply.Says("Hello"));
        _call.Send("""{"type":"response.create","response":{"audio":{"output":{"voice":"echo"}}}}""");
        _call.Run(2);
        _call.Send("""{"type":"response.create","response":{"audio":{"output":{"voice":"sage"}}}}""");
        Assert.Equal(("cannot_update_voice", "response.audio.output.voice"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
    }

    [Fact]
    public void Several_responses_run_out_of_band_beside_each_other_and_end_in_their_own_order()
    {
        for (var i = 0; i < 3; i++) _call.Send($$$$"""{"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"metadata":{"n":"{{{{i}}}}"}}}""");
        var ids = _call.Requests.Select(request => request.ResponseId).ToList();
        Assert.Equal(3, ids.Distinct().Count());
        _call.Reply(ids[2], new ReplyText("third"));
        _call.Reply(ids[0], new ReplyText("first"));
        _call.Reply(ids[0], new ReplyCompleted(default));
        _call.Reply(ids[2], new ReplyCompleted(default));
        var done = _call.Events.Where(received => received.Type == "response.done").ToList();
        Assert.Equal([("0", "first"), ("2", "third")], done.Select(received => (received["response.metadata.n"], received["response.output.0.content.0.text"])));
        Assert.DoesNotContain("conversation.item.added", _call.Types);
        _call.Send($$"""{"type":"response.cancel","response_id":"{{ids[1]}}"}""");
        Assert.Equal(("cancelled", "client_cancelled", "1"), (_call.Last("response.done")["response.status"],
            _call.Last("response.done")["response.status_details.reason"], _call.Last("response.done")["response.metadata.n"]));
    }

    [Fact]
    public void A_fifth_response_out_of_band_is_refused_while_four_are_made()
    {
        for (var i = 0; i < 5; i++) _call.Send("""{"type":"response.create","response":{"conversation":"none"}}""");
        Assert.Equal("too_many_responses", _call.Single("error")["error.code"]);
        Assert.Equal(4, _call.Requests.Count());
    }

    [Fact]
    public void Without_an_id_it_is_the_conversations_response_that_is_cancelled()
    {
        _call.Send("""{"type":"response.create","response":{"conversation":"none"}}""");
        _call.Send("""{"type":"response.cancel","event_id":"early"}""");
        Assert.Equal(("response_cancel_not_active", "early"), (_call.Single("error")["error.code"], _call.Single("error")["error.event_id"]));
        _call.Send("""{"type":"response.create"}""");
        _call.Send("""{"type":"response.cancel"}""");
        Assert.Equal(_call.Requests.Last().ResponseId, _call.Single("response.done")["response.id"]);
    }

    [Fact]
    public void A_response_that_is_over_or_unknown_cannot_be_cancelled()
    {
        _call.Send("""{"type":"response.cancel","response_id":"resp_unknown"}""");
        Assert.Equal(("response_cancel_not_active", "response_id"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
    }
}
