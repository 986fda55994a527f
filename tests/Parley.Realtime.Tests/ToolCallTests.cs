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
    public void Two_calls_of_one_id_are_told_apart()
    {
        _call.Send("""{"type":"response.create"}""");
        var id = _call.Requests.Last().ResponseId;
        _call.Reply(id, new ReplyToolCall("call_1", "time", "{}"));
        _call.Reply(id, new ReplyToolCall("", "time", "{}"));
        Assert.Equal(3, _call.Events.Where(received => received.Type == "response.output_item.done").Select(received => received["item.call_id"]).Distinct().Count());
    }
}
