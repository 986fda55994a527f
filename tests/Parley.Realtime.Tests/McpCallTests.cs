using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>Calls of MCP tools: this server makes them, and the client asks for the response that follows.</summary>
public sealed class McpCallTests
{
    private static readonly McpTool Search = new("search", "Finds things.", """{"type":"object"}""", null, IsReadOnly: true);
    private static readonly McpTool Buy = new("buy", "Buys a thing.", """{"type":"object"}""", null, IsReadOnly: false);

    private readonly TestCall _call = new();

    private CallMcpTool Made => _call.Commands.Select(entry => entry.Command).OfType<CallMcpTool>().Last();

    private int CallsMade => _call.Commands.Count(entry => entry.Command is CallMcpTool);

    /// <summary>A session with the server's tools, and a response of which the id is returned.</summary>
    private string Begin(string approval = "\"never\"")
    {
        _call.Send($$$$"""{"type":"session.update","session":{"type":"realtime","output_modalities":["text"],"tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp","require_approval":{{{{approval}}}}}]}}""");
        _call.Session.HandleMcp(_call.Commands.Select(entry => entry.Command).OfType<ListMcpTools>().Single().ItemId, new McpToolsListed([Search, Buy]), _call.Now);
        _call.Send("""{"type":"response.create"}""");
        return _call.Requests.Last().ResponseId;
    }

    private void Answer(McpOutcome outcome)
    {
        _call.Session.HandleMcp(Made.ItemId, outcome, _call.Now);
        _call.Settle();
    }

    /// <summary>The model calls a tool, and its response ends. Events of it are returned.</summary>
    private IEnumerable<ReceivedEvent> Call(string id, string tool = "search")
    {
        var before = _call.Events.Count;
        _call.Reply(id, new ReplyToolCallDelta("c1", tool, ""));
        _call.Reply(id, new ReplyToolCallDelta("c1", tool, "{\"q\":"));
        _call.Reply(id, new ReplyToolCall("c1", tool, "{\"q\":1}"));
        _call.Reply(id, new ReplyCompleted(default));
        return _call.Events.Skip(before);
    }

    [Fact]
    public void A_call_that_needs_no_approval_is_made_when_the_response_is_complete()
    {
        var events = Call(Begin()).ToList();
        Assert.Equal(
            [
                "response.output_item.added", "conversation.item.added", "response.mcp_call_arguments.delta", "response.mcp_call_arguments.delta",
                "response.mcp_call_arguments.done", "response.output_item.done", "response.mcp_call.in_progress", "response.done",
            ],
            events.Select(received => received.Type));
        var (item, output) = (events[0]["item.id"], events[^1].Get("response.output.0"));
        Assert.Equal(("mcp_call", "shop", "search", ""), (events[0]["item.type"], events[0]["item.server_label"], events[0]["item.name"], events[0]["item.arguments"]));
        Assert.Equal(("{\"q\":", "1}", ""), (events[2]["delta"], events[3]["delta"], events[2]["obfuscation"]));
        Assert.Equal(("{\"q\":1}", item, "0"), (events[4]["arguments"], events[4]["item_id"], events[4]["output_index"]));
        Assert.Equal((item, "0"), (events[6]["item_id"], events[6]["output_index"]));
        Assert.Equal(("mcp_call", "{\"q\":1}"), (output.GetProperty("type").GetString(), output.GetProperty("arguments").GetString()));
        Assert.Equal((item, "shop", "search", "{\"q\":1}"), (Made.ItemId, Made.Server.Label, Made.ToolName, Made.Arguments));
    }

    [Fact]
    public void What_the_tool_answers_completes_the_call_and_the_next_response_sees_it()
    {
        Call(Begin());
        var before = _call.Events.Count;
        Answer(new McpToolCalled("three things"));
        Assert.Equal(["response.mcp_call.completed", "conversation.item.done"], _call.Types.Skip(before));
        var done = _call.Events[^1];
        Assert.Equal(("three things", "null", "null"), (done["item.output"], done["item.error"], done["item.approval_request_id"]));
        _call.Send("""{"type":"response.create"}""");
        var history = _call.Requests.Last().History;
        Assert.Equal(("search", "{\"q\":1}"), (((ToolCallItem)history[0]).Name, ((ToolCallItem)history[0]).Arguments));
        Assert.Equal((((ToolCallItem)history[0]).CallId, "three things"), (((ToolOutputItem)history[1]).CallId, ((ToolOutputItem)history[1]).Output));
    }

    [Theory]
    [InlineData(McpErrorKind.Http, 503, "http_error", "503")]
    [InlineData(McpErrorKind.Protocol, -32602, "protocol_error", "-32602")]
    [InlineData(McpErrorKind.ToolExecution, null, "tool_execution_error", null)]
    [Shows(ApiPart.ServerEvent, "response.mcp_call.failed")]
    public void A_call_that_failed_says_why_and_the_model_learns_it(McpErrorKind kind, int? code, string type, string? shownCode)
    {
        Call(Begin());
        var before = _call.Events.Count;
        Answer(new McpFailed(new McpError(kind, code, "It is closed.")));
        Assert.Equal(["response.mcp_call.failed", "conversation.item.done"], _call.Types.Skip(before));
        var error = _call.Events[^1].Get("item.error");
        Assert.Equal((type, "It is closed."), (error.GetProperty("type").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(shownCode, error.TryGetProperty("code", out var shown) ? shown.GetRawText() : null);
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal("error: It is closed.", ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
        Assert.DoesNotContain("error", _call.Types);
    }

    [Fact]
    public void A_response_that_comes_before_the_answer_sees_that_the_call_is_pending()
    {
        Call(Begin());
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(History.PendingOutput, ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
    }

    [Fact]
    public void A_call_that_needs_approval_is_asked_for_and_made_when_the_client_agrees()
    {
        var events = Call(Begin("\"always\""), "buy").ToList();
        Assert.Equal(
            [
                "response.mcp_call_arguments.done", "response.output_item.done", "response.output_item.added", "conversation.item.added",
                "response.output_item.done", "conversation.item.done", "response.done",
            ],
            events.Skip(4).Select(received => received.Type));
        var request = _call.Single("response.done").Get("response.output.1");
        Assert.Equal(("mcp_approval_request", "shop", "buy", "{\"q\":1}"), (request.GetProperty("type").GetString(), request.GetProperty("server_label").GetString(),
            request.GetProperty("name").GetString(), request.GetProperty("arguments").GetString()));
        Assert.Equal(0, CallsMade);

        var (id, before) = (request.GetProperty("id").GetString()!, _call.Events.Count);
        _call.Send($$$"""{"type":"conversation.item.create","previous_item_id":"{{{id}}}","item":{"type":"mcp_approval_response","approval_request_id":"{{{id}}}","approve":true}}""");
        Assert.Equal(["conversation.item.added", "conversation.item.done", "response.mcp_call.in_progress"], _call.Types.Skip(before));
        Assert.Equal(("mcp_approval_response", "True", id), (_call.Events[before]["item.type"], _call.Events[before]["item.approve"], _call.Events[before]["item.approval_request_id"]));
        Assert.Equal("buy", Made.ToolName);
        Answer(new McpToolCalled("bought"));
        Assert.Equal((id, "bought"), (_call.Events[^1]["item.approval_request_id"], _call.Events[^1]["item.output"]));
    }

    [Fact]
    public void A_call_that_the_client_refuses_is_not_made_and_the_model_learns_it()
    {
        var id = Call(Begin("\"always\""), "buy").Last().Get("response.output.1.id").GetString()!;
        _call.Send($$$"""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"{{{id}}}","approve":false,"reason":"too dear"}}""");
        Assert.Equal(0, CallsMade);
        Assert.Equal(["response.mcp_call.failed", "conversation.item.done"], _call.Types.TakeLast(2));
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal("error: The user did not approve this call: too dear", ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
    }

    [Fact]
    public void An_approval_is_given_once_and_only_for_what_was_asked()
    {
        var id = Call(Begin("\"always\""), "buy").Last().Get("response.output.1.id").GetString()!;
        var approve = $$$"""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"{{{id}}}","approve":true}}""";
        _call.Send(approve.Replace(id, "mcpr_unknown", StringComparison.Ordinal));
        Assert.Equal(("invalid_value", "item.approval_request_id"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
        _call.Send(approve);
        _call.Send(approve);
        Assert.Equal(2, _call.Types.Count(type => type == "error"));
        Assert.Equal(1, CallsMade);
    }

    [Theory]
    [InlineData("""{"always":{"tool_names":["buy"]}}""", "search", false)]
    [InlineData("""{"always":{"tool_names":["buy"]}}""", "buy", true)]
    [InlineData("""{"never":{"tool_names":["search"]}}""", "search", false)]
    [InlineData("""{"never":{"tool_names":["search"]}}""", "buy", true)]
    [InlineData("""{"never":{"read_only":true}}""", "search", false)]
    [InlineData("""{"never":{"read_only":true}}""", "buy", true)]
    [InlineData("""{"always":{"tool_names":["buy"]},"never":{"tool_names":["search"]}}""", "buy", true)]
    [InlineData("""{"always":{"tool_names":["x"]},"never":{"tool_names":["y"]}}""", "buy", true)]
    [InlineData("null", "search", true)]
    public void Who_has_to_be_asked_for_is_up_to_the_client(string approval, string tool, bool isAskedFor)
    {
        Call(Begin(approval), tool);
        Assert.Equal(isAskedFor ? 0 : 1, CallsMade);
    }

    [Fact]
    public void Two_calls_of_one_response_are_made_side_by_side_and_settled_each_by_itself()
    {
        var id = Begin();
        _call.Reply(id, new ReplyToolCall("c1", "search", "{}"));
        Call(id);
        var made = _call.Commands.Select(entry => entry.Command).OfType<CallMcpTool>().ToList();
        Assert.Equal(2, made.Count);
        _call.Session.HandleMcp(made[1].ItemId, new McpToolCalled("second"), _call.Now);
        _call.Session.HandleMcp(made[0].ItemId, new McpToolCalled("first"), _call.Now);
        _call.Settle();
        Assert.Equal([(made[1].ItemId, "1"), (made[0].ItemId, "0")], _call.Events.Where(received => received.Type == "response.mcp_call.completed")
            .Select(received => (received["item_id"], received["output_index"])));
    }

    [Fact]
    public void A_model_that_calls_without_measure_has_thirty_two_calls_made()
    {
        var id = Begin();
        for (var i = 0; i < 33; i++) _call.Reply(id, new ReplyToolCall($"n{i}", "search", "{}"));
        _call.Reply(id, new ReplyCompleted(default));
        Assert.Equal(32, CallsMade);
        Assert.Contains("under way", _call.Last("conversation.item.done")["item.error.message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_of_a_response_that_is_cancelled_is_not_made(bool isWhole)
    {
        var id = Begin();
        _call.Reply(id, new ReplyToolCallDelta("c1", "search", "{"));
        if (isWhole) _call.Reply(id, new ReplyToolCall("c1", "search", "{}"));
        _call.Send("""{"type":"response.cancel"}""");
        Assert.Equal(0, CallsMade);
        Assert.Equal(["conversation.item.done", "response.done"], _call.Types.TakeLast(2));
        _call.Send("""{"type":"response.create"}""");
        Assert.Empty(_call.Requests.Last().History);
    }

    [Fact]
    public void An_interruption_does_not_end_a_call_that_is_under_way()
    {
        Call(Begin());
        _call.User.Says("wait", from: 1, to: 2);
        _call.Run(3);
        Assert.DoesNotContain(_call.Commands, entry => entry.Command is CancelMcp);
        Answer(new McpToolCalled("three things"));
        Assert.Equal("response.mcp_call.completed", _call.Types.SkipLast(1).Last());
    }

    [Fact]
    public void A_call_whose_item_is_deleted_is_given_up()
    {
        Call(Begin());
        _call.Send($$"""{"type":"conversation.item.delete","item_id":"{{Made.ItemId}}"}""");
        Assert.Single(_call.Commands, entry => entry.Command is CancelMcp);
        Answer(new McpToolCalled("too late"));
        Assert.Equal("conversation.item.deleted", _call.Types.Last());
    }

    [Fact]
    public void An_answer_that_comes_twice_counts_once()
    {
        Call(Begin());
        Answer(new McpToolCalled("three things"));
        var before = _call.Events.Count;
        Answer(new McpToolCalled("four things"));
        Assert.Equal(before, _call.Events.Count);
        Assert.Equal(1, _call.Session.Anomalies[SessionAnomaly.StaleMcp]);
    }

    [Fact]
    public void A_response_out_of_band_has_no_tools_of_servers()
    {
        Begin();
        _call.Send("""{"type":"response.create","response":{"conversation":"none"}}""");
        Assert.Empty(_call.Requests.Last().Tools);
        _call.Send("""{"type":"response.create","response":{"conversation":"none","tools":[{"type":"mcp","server_label":"a","server_url":"https://a.example"}]}}""");
        Assert.Equal(("unsupported_parameter", "response.tools"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
    }

    [Fact]
    public void The_item_is_retrieved_while_the_tool_is_at_work()
    {
        Call(Begin());
        _call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{Made.ItemId}}"}""");
        Assert.Equal(("mcp_call", "null"), (_call.Last("conversation.item.retrieved")["item.type"], _call.Last("conversation.item.retrieved")["item.output"]));
    }

    [Fact]
    public void A_client_puts_a_call_of_an_earlier_session_into_the_conversation()
    {
        _call.Send("""{"type":"conversation.item.create","item":{"type":"mcp_call","server_label":"shop","name":"search","arguments":"{}","output":"three things"}}""");
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal("three things", ((ToolOutputItem)_call.Requests.Last().History[1]).Output);
        _call.Send("""{"type":"conversation.item.create","item":{"type":"mcp_call","server_label":"shop","name":"search","arguments":"{}"}}""");
        Assert.Equal("item.output", _call.Single("error")["error.param"]);
    }

    [Fact]
    public void A_session_that_is_resumed_knows_that_a_call_was_lost_and_still_waits_for_an_approval()
    {
        var id = Begin("""{"never":{"tool_names":["search"]}}""");
        _call.Reply(id, new ReplyToolCall("c0", "buy", "{}"));
        Call(id);
        var request = _call.Last("response.done").Get("response.output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "mcp_approval_request");
        var resumed = RealtimeSession.Resume(_call.Session.Snapshot(), TestCall.Config, new Simulation.SeededRandom(2), _call.Now);
        var calls = resumed.Snapshot().Items.OfType<McpCallItem>().ToList();
        Assert.Null(calls[0].Error);
        Assert.Equal(McpErrorKind.ToolExecution, calls[1].Error!.Kind);
        resumed.HandleOpened(_call.Now);
        resumed.HandleClientEvent(System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"{{{request.GetProperty("id").GetString()}}}","approve":true}}"""), _call.Now);
        var commands = new List<SessionCommand>();
        while (resumed.TryPollCommand(out var command)) commands.Add(command);
        Assert.Equal("buy", commands.OfType<CallMcpTool>().Single().ToolName);
    }
}
