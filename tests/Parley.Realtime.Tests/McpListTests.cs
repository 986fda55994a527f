using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>The tools of MCP servers become known.</summary>
public sealed class McpListTests
{
    private const string Update =
        """{"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp","authorization":"secret-token","headers":{"X-Tenant":"secret-tenant"}}]}}""";

    private static readonly McpTool Search = new("search", "Finds things.", """{"type":"object"}""", """{"readOnlyHint":true}""", IsReadOnly: true);
    private static readonly McpTool Buy = new("buy", "Buys a thing.", """{"type":"object"}""", null, IsReadOnly: false);

    private readonly TestCall _call = new();

    private ListMcpTools Asked => _call.Commands.Select(entry => entry.Command).OfType<ListMcpTools>().Last();

    private void Answer(McpOutcome outcome)
    {
        _call.Session.HandleMcp(Asked.ItemId, outcome, _call.Now);
        _call.Settle();
    }

    [Fact]
    public void A_server_that_is_named_is_asked_for_its_tools_and_they_become_an_item()
    {
        _call.Send(Update);
        Assert.Equal(["session.created", "session.updated", "conversation.item.added", "mcp_list_tools.in_progress"], _call.Types);
        Assert.Equal(("shop", new Uri("https://shop.example/mcp"), "secret-token"), (Asked.Server.Label, Asked.Server.Url, Asked.Server.Authorization));
        Assert.Equal(KeyValuePair.Create("X-Tenant", "secret-tenant"), Assert.Single(Asked.Server.Headers));
        Answer(new McpToolsListed([Search, Buy]));
        Assert.Equal(["mcp_list_tools.completed", "conversation.item.done"], _call.Types.Skip(4));
        var done = _call.Single("conversation.item.done");
        Assert.Equal(("mcp_list_tools", "shop", Asked.ItemId), (done["item.type"], done["item.server_label"], done["item.id"]));
        Assert.Equal(("search", "Finds things.", "object", "True"), (done["item.tools.0.name"], done["item.tools.0.description"],
            done["item.tools.0.input_schema.type"], done["item.tools.0.annotations.readOnlyHint"]));
        Assert.Equal(Asked.ItemId, _call.Single("mcp_list_tools.in_progress")["item_id"]);
        Assert.Equal(Asked.ItemId, _call.Single("mcp_list_tools.completed")["item_id"]);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "tools")]
    public void The_tools_are_offered_to_the_model()
    {
        _call.Send(Update);
        Answer(new McpToolsListed([Search, Buy]));
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal([new FunctionTool("search", "Finds things.", """{"type":"object"}"""), new FunctionTool("buy", "Buys a thing.", """{"type":"object"}""")],
            _call.Requests.Single().Tools);
        Assert.Empty(_call.Requests.Single().History);
    }

    [Fact]
    public void A_response_does_not_wait_for_the_tools_of_the_session()
    {
        _call.Send(Update);
        _call.Send("""{"type":"response.create"}""");
        Assert.Empty(_call.Requests.Single().Tools);
    }

    [Fact]
    public void A_response_waits_for_tools_that_it_names_itself()
    {
        _call.Send("""{"type":"response.create","response":{"tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp"}]}}""");
        Assert.Empty(_call.Requests);
        Answer(new McpToolsListed([Search]));
        Assert.Equal("search", Assert.Single(_call.Requests.Single().Tools).Name);
    }

    [Fact]
    public void A_response_does_not_wait_for_ever_for_tools_that_it_names()
    {
        _call.Send("""{"type":"response.create","response":{"tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp"}]}}""");
        _call.Run(11);
        Assert.Empty(_call.Requests.Single().Tools);
    }

    [Fact]
    public void A_server_that_is_named_again_is_not_asked_again_and_one_that_changed_is()
    {
        _call.Send(Update);
        _call.Send(Update);
        Answer(new McpToolsListed([Search]));
        _call.Send(Update);
        Assert.Single(_call.Commands, entry => entry.Command is ListMcpTools);
        _call.Send(Update.Replace("secret-token", "other-token", StringComparison.Ordinal));
        Assert.Equal(2, _call.Commands.Count(entry => entry.Command is ListMcpTools));
        Assert.Equal("other-token", Asked.Server.Authorization);
    }

    [Fact]
    public void A_session_that_begins_with_a_server_asks_it_when_the_client_is_there()
    {
        var settings = SessionSettings.Default with { McpTools = [new McpToolSettings(new McpServer("shop", new Uri("https://shop.example/mcp")))] };
        var call = new TestCall(TestCall.Config with { Settings = settings });
        Assert.Equal(["session.created", "conversation.item.added", "mcp_list_tools.in_progress"], call.Types);
        Assert.Single(call.Commands, entry => entry.Command is ListMcpTools);
    }

    [Fact]
    public void A_list_that_failed_says_why_and_is_asked_for_again_when_the_server_is_named_again()
    {
        _call.Send(Update);
        Answer(new McpFailed(McpError.Http(401, "It wants another token.")));
        Assert.Equal(["mcp_list_tools.failed", "conversation.item.done"], _call.Types.Skip(4));
        var failed = _call.Single("mcp_list_tools.failed");
        Assert.Equal((Asked.ItemId, "http_error", "401", "It wants another token."),
            (failed["item_id"], failed["error.type"], failed["error.code"], failed["error.message"]));
        Assert.Equal(0, _call.Single("conversation.item.done").Get("item.tools").GetArrayLength());
        _call.Send("""{"type":"response.create"}""");
        Assert.Empty(_call.Requests.Single().Tools);
        _call.Send(Update);
        Assert.Equal(2, _call.Commands.Count(entry => entry.Command is ListMcpTools));
    }

    [Theory]
    [InlineData("""["buy"]""", "buy")]
    [InlineData("""{"tool_names":["buy","nothing"]}""", "buy")]
    [InlineData("""{"read_only":true}""", "search")]
    [InlineData("""{"read_only":false}""", "buy")]
    [InlineData("null", "search,buy")]
    [InlineData("[]", "")]
    public void Only_allowed_tools_are_listed(string allowed, string expected)
    {
        _call.Send($$$$"""{"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp","allowed_tools":{{{{allowed}}}}}]}}""");
        Answer(new McpToolsListed([Search, Buy]));
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(expected, string.Join(',', _call.Requests.Single().Tools.Select(tool => tool.Name)));
    }

    [Fact]
    public void More_tools_than_a_model_takes_fail_the_list_with_advice()
    {
        _call.Send(Update);
        Answer(new McpToolsListed([.. Enumerable.Range(0, 129).Select(i => Search with { Name = $"t{i}" })]));
        Assert.Contains("allowed_tools", _call.Single("mcp_list_tools.failed")["error.message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Tools_of_one_name_are_told_apart_and_names_that_no_model_takes_are_changed()
    {
        _call.Send("""
            {"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"search"},
             {"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp"}]}}
            """);
        Answer(new McpToolsListed([Search, Search with { Name = "a.b/c" }, Search with { Name = new string('x', 80) }]));
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(["search", "shop__search", "a_b_c", new string('x', 64)], _call.Requests.Single().Tools.Select(tool => tool.Name));
    }

    [Fact]
    public void What_the_server_wants_to_be_shown_is_in_no_event()
    {
        _call.Send(Update);
        Answer(new McpToolsListed([Search]));
        Assert.All(_call.Events, received => Assert.DoesNotContain("secret", received.Json.GetRawText(), StringComparison.Ordinal));
        Assert.Equal("shop", Asked.Server.ToString());
        Assert.DoesNotContain("secret", Asked.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _call.Session.Snapshot().Settings.McpTools[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_session_shows_the_server_with_its_rules()
    {
        _call.Send("""
            {"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp",
             "server_description":"A shop.","allowed_tools":["search"],"require_approval":{"always":{"tool_names":["buy"]},"never":{"read_only":true}}}]}}
            """);
        var tool = _call.Single("session.updated").Get("session.tools.0");
        Assert.Equal(
            """{"type":"mcp","server_label":"shop","server_url":"https://shop.example/mcp","server_description":"A shop.","allowed_tools":{"tool_names":["search"]},"require_approval":{"always":{"tool_names":["buy"]},"never":{"read_only":true}}}""",
            tool.GetRawText());
    }

    [Theory]
    [InlineData(""" "server_url":"https://a.example" """, "missing_required_parameter", "server_label")]
    [InlineData(""" "server_label":"a b","server_url":"https://a.example" """, "invalid_value", "server_label")]
    [InlineData(""" "server_label":"a" """, "missing_required_parameter", "server_url")]
    [InlineData(""" "server_label":"a","server_url":"ftp://a.example" """, "invalid_value", "server_url")]
    [InlineData(""" "server_label":"a","server_url":"/mcp" """, "invalid_value", "server_url")]
    [InlineData(""" "server_label":"a","server_url":"https://user:pass@a.example" """, "invalid_value", "server_url")]
    [InlineData(""" "server_label":"a","connector_id":"connector_gmail" """, "unsupported_parameter", "connector_id")]
    [InlineData(""" "server_label":"a","tunnel_id":"tunnel_1" """, "unsupported_parameter", "tunnel_id")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","authorization":5 """, "invalid_type", "authorization")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","authorization":"a\nb" """, "invalid_value", "authorization")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","authorization":"a","headers":{"Authorization":"b"} """, "invalid_value", "headers")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","headers":{"Host":"b"} """, "invalid_value", "headers.Host")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","headers":{"a b":"c"} """, "invalid_value", "headers")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","headers":{"a":"c\r\nHost: x"} """, "invalid_value", "headers.a")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","allowed_tools":[1] """, "invalid_type", "allowed_tools[0]")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","allowed_tools":{"names":[]} """, "unknown_parameter", "allowed_tools.names")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","require_approval":"sometimes" """, "invalid_value", "require_approval")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","require_approval":{"mostly":{}} """, "unknown_parameter", "require_approval.mostly")]
    [InlineData(""" "server_label":"a","server_url":"https://a.example","colour":"red" """, "unknown_parameter", "colour")]
    public void What_is_wrong_with_a_server_is_named(string fields, string code, string param)
    {
        _call.Send($$$$"""{"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp",{{{{fields}}}}}]}}""");
        Assert.Equal((code, $"session.tools[0].{param}"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"]));
        Assert.DoesNotContain(_call.Commands, entry => entry.Command is ListMcpTools);
    }

    [Fact]
    public void Two_servers_of_one_label_are_refused()
    {
        _call.Send("""
            {"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://a.example"},
             {"type":"mcp","server_label":"a","server_url":"https://b.example"}]}}
            """);
        Assert.Equal("session.tools", _call.Single("error")["error.param"]);
    }

    [Fact]
    public void A_client_that_names_ever_other_servers_has_sixteen_of_them_asked_at_once()
    {
        for (var i = 0; i < 17; i++) _call.Send(Update.Replace("shop.example", $"shop{i}.example", StringComparison.Ordinal));
        Assert.Equal(16, _call.Commands.Count(entry => entry.Command is ListMcpTools));
        Assert.Equal("too_many_mcp_servers", _call.Single("error")["error.code"]);
        Answer(new McpToolsListed([Search]));
        _call.Send(Update.Replace("shop.example", "shop16.example", StringComparison.Ordinal));
        Assert.Equal("https://shop16.example/mcp", Asked.Server.Url.AbsoluteUri);
    }

    [Fact]
    public void A_list_whose_item_is_deleted_is_no_longer_waited_for()
    {
        _call.Send(Update);
        _call.Send($$"""{"type":"conversation.item.delete","item_id":"{{Asked.ItemId}}"}""");
        Assert.Single(_call.Commands, entry => entry.Command is CancelMcp cancel && cancel.ItemId == Asked.ItemId);
        Answer(new McpToolsListed([Search]));
        Assert.Equal("conversation.item.deleted", _call.Types.Last());
        Assert.Equal(1, _call.Session.Anomalies[SessionAnomaly.StaleMcp]);
    }

    [Theory]
    [InlineData("""{"type":"mcp","server_label":"shop","name":"buy"}""", ToolChoiceMode.Function, "buy", 2)]
    [InlineData("""{"type":"mcp","server_label":"shop"}""", ToolChoiceMode.Required, null, 2)]
    public void A_choice_of_a_servers_tool_reaches_the_model(string choice, ToolChoiceMode mode, string? name, int tools)
    {
        _call.Send(Update);
        Answer(new McpToolsListed([Search, Buy]));
        _call.Send($$$"""{"type":"response.create","response":{"tool_choice":{{{choice}}}}}""");
        Assert.Equal((mode, name, tools), (_call.Requests.Single().ToolChoice.Mode, _call.Requests.Single().ToolChoice.FunctionName, _call.Requests.Single().Tools.Count));
    }

    [Fact]
    public void A_choice_of_a_tool_that_is_not_known_fails_the_response()
    {
        _call.Send(Update);
        _call.Send("""{"type":"response.create","response":{"tool_choice":{"type":"mcp","server_label":"shop","name":"buy"}}}""");
        Assert.Equal(("failed", "invalid_tool_choice"), (_call.Single("response.done")["response.status"], _call.Single("response.done")["response.status_details.error.code"]));
    }

    [Fact]
    public void The_choice_of_a_server_is_shown_in_the_session()
    {
        _call.Send("""{"type":"session.update","session":{"type":"realtime","tool_choice":{"type":"mcp","server_label":"shop","name":"buy"}}}""");
        Assert.Equal("""{"type":"mcp","server_label":"shop","name":"buy"}""", _call.Single("session.updated").Get("session.tool_choice").GetRawText());
    }
}
