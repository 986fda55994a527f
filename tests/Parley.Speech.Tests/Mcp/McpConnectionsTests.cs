using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Protocol;
using Parley.Conversation;
using Parley.Speech.Mcp;
using Parley.Speech.Options;
using Parley.Speech.Tests.OpenAi;

namespace Parley.Speech.Tests.Mcp;

/// <summary>MCP servers over loopback: the package's own, and one whose every byte the test chooses.</summary>
[Collection(nameof(Alone))]
public sealed class McpConnectionsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static McpPolicy Policy(params string[] allowed) => SpeechConfig.From(new SpeechOptions { Mcp = new McpOptions { AllowedHosts = allowed } }).Mcp;

    /// <param name="time">Null: time stands still, so that no deadline passes.</param>
    private static IMcpConnections Open(McpPolicy? policy = null, TimeProvider? time = null) =>
        new McpConnector(policy ?? Policy("127.0.0.1"), time ?? new FakeTimeProvider()).Open();

    private static McpServer Scripted(ScriptedServer server) => new("shop", server.Url, "secret-token");

    private static McpError Error(McpOutcome outcome) => Assert.IsType<McpFailed>(outcome).Error;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_servers_tools_are_listed_and_called(bool isStateless)
    {
        await using var server = await McpTestServer.StartAsync(isStateless,
            McpTestServer.Tool("add", (int a, int b) => a + b), McpTestServer.Tool("look", () => "three things", isReadOnly: true));
        await using var connections = Open();
        var tools = Assert.IsType<McpToolsListed>(await connections.ListToolsAsync(server.Named(), Stop)).Tools.OrderBy(tool => tool.Name).ToList();
        Assert.Equal([("add", "Can add.", false), ("look", "Can look.", true)], tools.Select(tool => (tool.Name, tool.Description, tool.IsReadOnly)));
        Assert.Equal("integer", JsonDocument.Parse(tools[0].InputSchemaJson).RootElement.GetProperty("properties").GetProperty("a").GetProperty("type").GetString());
        Assert.True(JsonDocument.Parse(tools[1].AnnotationsJson!).RootElement.GetProperty("readOnlyHint").GetBoolean());
        Assert.Equal(new McpToolCalled("5"), await connections.CallToolAsync(server.Named(), "add", """{"a":2,"b":3}""", Stop));
        Assert.Equal(new McpToolCalled("three things"), await connections.CallToolAsync(server.Named(), "look", "{}", Stop));
    }

    [Fact]
    public async Task What_the_client_gave_for_the_server_is_shown_to_it()
    {
        await using var server = await McpTestServer.StartAsync(isStateless: true, McpTestServer.Tool("look", () => "seen"));
        await using var connections = Open();
        await connections.CallToolAsync(server.Named("shop", "secret-token", KeyValuePair.Create("X-Tenant", "seven")), "look", "{}", Stop);
        Assert.NotEmpty(server.Headers);
        Assert.All(server.Headers, headers => Assert.Equal(("Bearer secret-token", "seven"), (headers["Authorization"], headers["X-Tenant"])));
    }

    [Fact]
    public async Task A_tool_that_fails_says_so_in_its_own_words()
    {
        await using var server = await McpTestServer.StartAsync(isStateless: true,
            McpTestServer.Tool("fail", () => new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = "The shop is closed." }] }));
        await using var connections = Open();
        Assert.Equal(McpError.ToolExecution("The shop is closed."), Error(await connections.CallToolAsync(server.Named(), "fail", "{}", Stop)));
    }

    [Fact]
    public async Task What_is_no_text_is_named()
    {
        await using var server = await McpTestServer.StartAsync(isStateless: true, McpTestServer.Tool("show", () => new CallToolResult
        {
            Content =
            [
                new TextContentBlock { Text = "Here:" }, ImageContentBlock.FromBytes(new byte[] { 1 }, "image/png"),
                new ResourceLinkBlock { Name = "manual", Uri = "https://a.example/m" },
                new EmbeddedResourceBlock { Resource = new TextResourceContents { Text = "a page", Uri = "https://a.example/p" } },
            ],
        }));
        await using var connections = Open();
        Assert.Equal(new McpToolCalled("Here:\n[an image, image/png]\n[manual: https://a.example/m]\na page"), await connections.CallToolAsync(server.Named(), "show", "{}", Stop));
    }

    [Fact]
    public async Task A_tool_that_the_server_does_not_have_is_an_error_of_the_protocol()
    {
        await using var server = await McpTestServer.StartAsync(isStateless: true, McpTestServer.Tool("look", () => "seen"));
        await using var connections = Open();
        Assert.Equal((McpErrorKind.Protocol, -32602), (Error(await connections.CallToolAsync(server.Named(), "explode", "{}", Stop)) is var error ? (error.Kind, error.Code) : default));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public async Task Arguments_that_are_no_object_never_leave(string arguments)
    {
        await using var connections = Open();
        var outcome = await connections.CallToolAsync(new McpServer("shop", new Uri("http://127.0.0.1:1/mcp")), "look", arguments, Stop);
        Assert.Equal(McpErrorKind.ToolExecution, Error(outcome).Kind);
    }

    [Theory]
    [InlineData(401, "authorization")]
    [InlineData(403, "authorization")]
    [InlineData(404, "server_url")]
    [InlineData(302, "redirects")]
    [InlineData(500, "500")]
    [InlineData(503, "503")]
    public async Task A_refusal_of_http_has_its_status_and_advice_and_never_the_token(int status, string hint)
    {
        await using var server = new ScriptedServer(status, "text/plain", "no, secret-token");
        await using var connections = Open();
        var error = Error(await connections.ListToolsAsync(Scripted(server), Stop));
        Assert.Equal((McpErrorKind.Http, status), (error.Kind, error.Code));
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "<html>Welcome</html>")]
    [InlineData("application/json", "{not json")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "")]
    [InlineData("application/json", """{"jsonrpc":"2.0","id":1,"result":5}""")]
    [InlineData("text/event-stream", "data: nonsense\n\n")]
    [InlineData("text/event-stream", "")]
    public async Task Garbage_is_a_failure_and_no_exception(string type, string body)
    {
        await using var server = new ScriptedServer(200, type, body);
        await using var connections = Open();
        Error(await connections.ListToolsAsync(Scripted(server), Stop));
    }

    [Fact]
    public async Task A_server_that_hangs_fails_at_the_deadline_of_virtual_time()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        var time = new FakeTimeProvider();
        await using var connections = Open(time: time);
        var listing = connections.ListToolsAsync(Scripted(server), Stop);
        await server.Asked;
        time.Advance(McpConnections.ListTimeout);
        var error = Error(await listing);
        Assert.Equal((McpErrorKind.Protocol, -32001), (error.Kind, error.Code));
        Assert.Contains("15 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_hangs_fails_at_the_deadline_of_virtual_time()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await McpTestServer.StartAsync(isStateless: true, McpTestServer.Tool("wait", async (CancellationToken cancellationToken) =>
        {
            called.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }));
        var time = new FakeTimeProvider();
        await using var connections = Open(time: time);
        var calling = connections.CallToolAsync(server.Named(), "wait", "{}", Stop);
        await called.Task;
        time.Advance(McpConnections.CallTimeout);
        Assert.Equal(-32001, Error(await calling).Code);
    }

    [Fact]
    public async Task A_cancelled_question_ends_at_once()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        await using var connections = Open();
        using var cancellation = new CancellationTokenSource();
        var listing = connections.ListToolsAsync(Scripted(server), cancellation.Token);
        await server.Asked;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("application/json");
            var spaces = new byte[64 * 1024];
            Array.Fill(spaces, (byte)' ');
            while (true) await answer.ChunkAsync(spaces);
        });
        await using var connections = Open();
        Assert.Equal(McpErrorKind.Http, Error(await connections.ListToolsAsync(Scripted(server), Stop)).Kind);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_cannot_be_reached()
    {
        await using var connections = Open();
        var error = Error(await connections.ListToolsAsync(new McpServer("shop", ScriptedServer.Nowhere()), Stop));
        Assert.Equal((McpErrorKind.Http, 502), (error.Kind, error.Code));
        Assert.Contains("server_url", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_down_is_asked_again()
    {
        await using var connections = Open();
        var answers = 0;
        await using var server = new ScriptedServer((_, answer) => answer.WholeAsync(++answers > 1 ? 401 : 503, "text/plain", []));
        Assert.Equal(503, Error(await connections.ListToolsAsync(Scripted(server), Stop)).Code);
        Assert.Equal(401, Error(await connections.ListToolsAsync(Scripted(server), Stop)).Code);
    }

    [Fact]
    public async Task A_server_that_forgot_its_session_is_asked_again_in_a_new_one()
    {
        var calls = 0;
        await using var server = await McpTestServer.StartAsync(isStateless: false, McpTestServer.Tool("count", () => ++calls));
        await using var connections = Open();
        Assert.Equal(new McpToolCalled("1"), await connections.CallToolAsync(server.Named(), "count", "{}", Stop));
        server.ForgetsNextSession = true;
        Assert.Equal(new McpToolCalled("2"), await connections.CallToolAsync(server.Named(), "count", "{}", Stop));
        Assert.False(server.ForgetsNextSession);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task By_default_nothing_on_this_machine_is_reached()
    {
        await using var server = await McpTestServer.StartAsync(isStateless: true, McpTestServer.Tool("look", () => "seen"));
        await using var connections = Open(McpPolicy.Default);
        var error = Error(await connections.ListToolsAsync(server.Named(), Stop));
        Assert.Equal((McpErrorKind.Http, 403), (error.Kind, error.Code));
        Assert.Contains("mcp.allowedHosts", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Headers);
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_refused_when_it_is_connected_to()
    {
        await using var connections = Open(McpPolicy.Default);
        var error = Error(await connections.ListToolsAsync(new McpServer("shop", new Uri("https://localhost:1/mcp")), Stop));
        Assert.Equal((McpErrorKind.Http, 403), (error.Kind, error.Code));
        Assert.Contains("not on the public internet", error.Message, StringComparison.Ordinal);
    }
}
