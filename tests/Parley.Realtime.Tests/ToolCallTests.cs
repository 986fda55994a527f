using Parley.Conversation;

namespace Parley.Realtime.Tests;

public sealed class ToolCallTests
{
    private readonly TestCall _call = new();

    public ToolCallTests()
    {
        _call.Replies.Add(ScriptedReply.Of(new ReplyToolCall("call_1", "time", "{}"), new ReplyCompleted(default)));
        _call.Replies.Add(ScriptedReply.Says("It is noon"));
        _call.Send("""{"type":"response.create"}""");
        _call.Run(1);
    }

    [Fact]
    public void A_call_has_its_events_in_order_and_is_completed_when_the_client_may_run_it()
    {
        Assert.Equal(
            [
                "response.output_item.added", "conversation.item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "conversation.item.done", "response.done",
            ],
            _call.Types.Skip(3));
        var done = _call.Single("response.output_item.done");
        Assert.Equal(("function_call", "completed", "call_1", "time"), (done["item.type"], done["item.status"], done["item.call_id"], done["item.name"]));
        Assert.Equal("in_progress", _call.Single("response.output_item.added")["item.status"]);
        Assert.Equal("{}", _call.Single("response.function_call_arguments.done")["arguments"]);
    }

    [Fact]
    [Shows(ApiPart.Item, "function_call_output")]
    public void The_output_that_the_client_returns_is_what_the_next_reply_sees()
    {
        _call.Send("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"12:00"}}""");
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal("12:00", ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
    }

    [Fact]
    public void A_call_that_was_left_alone_is_shown_to_the_model_as_cancelled()
    {
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(History.CancelledOutput, ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
    }

    [Theory]
    [InlineData("call_2", "invalid_tool_call_id")]
    [InlineData("", "invalid_value")]
    public void An_output_without_a_call_is_refused(string callId, string code)
    {
        _call.Send($$$"""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"{{{callId}}}","output":"12:00"}}""");
        Assert.Equal((code, "item.call_id"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "response.function_call_arguments.delta", "response.function_call_arguments.done")]
    [Shows(ApiPart.Item, "function_call")]
    public void Arguments_are_told_as_the_model_writes_them()
    {
        _call.Send("""{"type":"response.create"}""");
        var (id, before) = (_call.Requests.Last().ResponseId, _call.Events.Count);
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", ""));
        Assert.Equal(["response.output_item.added", "conversation.item.added"], _call.Types.Skip(before));
        Assert.Equal(("in_progress", "", "call_7"), (_call.Events[^1]["item.status"], _call.Events[^1]["item.arguments"], _call.Events[^1]["item.call_id"]));
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", "{\"zone\":"));
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", "\"utc\"}"));
        _call.Reply(id, new ReplyToolCall("call_7", "time", "{\"zone\":\"utc\"}"));
        Assert.Equal(
            [
                "response.function_call_arguments.delta", "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "conversation.item.done",
            ],
            _call.Types.Skip(before + 2));
        Assert.Equal(["{\"zone\":", "\"utc\"}"], _call.Events.Skip(before + 2).Take(2).Select(received => received["delta"]));
        Assert.Equal("{\"zone\":\"utc\"}", _call.Last("response.function_call_arguments.done")["arguments"]);
        Assert.Equal(("completed", "{\"zone\":\"utc\"}"), (_call.Events[^1]["item.status"], _call.Events[^1]["item.arguments"]));
    }

    [Fact]
    public void Long_arguments_that_come_at_once_are_told_in_pieces()
    {
        var arguments = "{\"a\":\"" + new string('x', 10_000) + "\"}";
        _call.Send("""{"type":"response.create"}""");
        var before = _call.Events.Count;
        _call.Reply(_call.Requests.Last().ResponseId, new ReplyToolCall("call_7", "time", arguments));
        var deltas = _call.Events.Skip(before).Where(received => received.Type == "response.function_call_arguments.delta").Select(received => received["delta"]).ToList();
        Assert.Equal([4096, 4096, 1816], deltas.Select(delta => delta.Length));
        Assert.Equal(arguments, string.Concat(deltas));
    }

    [Fact]
    public void A_call_that_is_cancelled_while_it_is_written_is_incomplete_and_no_model_sees_it()
    {
        _call.Send("""{"type":"response.create"}""");
        var before = _call.Events.Count;
        _call.Reply(_call.Requests.Last().ResponseId, new ReplyToolCallDelta("call_7", "time", "{\"zo"));
        _call.Send("""{"type":"response.cancel"}""");
        Assert.Equal(
            [
                "response.output_item.added", "conversation.item.added", "response.function_call_arguments.delta", "response.output_item.done",
                "conversation.item.done", "response.done",
            ],
            _call.Types.Skip(before));
        Assert.Equal(("incomplete", "{\"zo"), (_call.Events[^2]["item.status"], _call.Events[^2]["item.arguments"]));
        Assert.Equal("cancelled", _call.Events[^1]["response.status"]);
        _call.Send("""{"type":"response.create"}""");
        Assert.DoesNotContain(_call.Requests.Last().History, item => item is ToolCallItem { CallId: "call_7" } or ToolOutputItem { CallId: "call_7" });
    }

    [Fact]
    public void A_call_that_the_model_took_back_is_incomplete_and_the_reply_goes_on()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Last().ResponseId;
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", "{zone"));
        _call.Reply(id, new ReplyToolCallDropped("call_7"));
        Assert.Equal("incomplete", _call.Last("conversation.item.done")["item.status"]);
        _call.Reply(id, new ReplyText("It is noon"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal(("completed", "incomplete", "completed"), (_call.Last("response.done")["response.status"],
            _call.Last("response.done")["response.output.0.status"], _call.Last("response.done")["response.output.1.status"]));
    }

    [Fact]
    public void A_model_that_fails_while_it_writes_a_call_leaves_it_incomplete()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Last().ResponseId;
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", "{"));
        _call.Reply(id, new ReplyFailed("chat_interrupted", "broken off"));
        Assert.Equal(("failed", "incomplete"), (_call.Last("response.done")["response.status"], _call.Last("response.done")["response.output.0.status"]));
    }

    [Fact]
    public void An_item_that_the_client_puts_in_the_place_of_one_in_the_making_stays_as_it_is()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Last().ResponseId;
        _call.Reply(id, new ReplyToolCallDelta("call_7", "time", "{"));
        var item = _call.Last("conversation.item.added")["item.id"];
        _call.Send($$"""{"type":"conversation.item.delete","item_id":"{{item}}"}""");
        _call.Send($$$"""{"type":"conversation.item.create","item":{"id":"{{{item}}}","type":"message","role":"user","content":[{"type":"input_text","text":"mine"}]}}""");
        var before = _call.Types.Count(type => type == "conversation.item.done");
        _call.Reply(id, new ReplyToolCall("call_7", "time", "{}"));
        Assert.Equal(before, _call.Types.Count(type => type == "conversation.item.done"));
        _call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{item}}"}""");
        Assert.Equal("message", _call.Single("conversation.item.retrieved")["item.type"]);
    }

    [Fact]
    public void Two_calls_of_one_id_are_told_apart()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Last().ResponseId;
        _call.Reply(id, new ReplyToolCall("call_1", "time", "{}"));
        _call.Reply(id, new ReplyToolCall("", "time", "{}"));
        Assert.Equal(3, _call.Events.Where(received => received.Type == "response.output_item.done").Select(received => received["item.call_id"]).Distinct().Count());
    }
}
