using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Parley.Conversation;
using Parley.Speech.OpenAi;
using Parley.Speech.Tests.Replies;

namespace Parley.Speech.Tests.OpenAi;

/// <summary>The chat provider under the reply pipeline, against a server that the test scripts.</summary>
public sealed class ChatServerTests
{
    private static string Chunk(string delta, string? finish = null) =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"the-model","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""" + "\n\n";

    private static string Text(string text) => Chunk($$"""{"content":{{JsonSerializer.Serialize(text)}}}""");

    private static readonly string Hello = Chunk("""{"role":"assistant","content":""}""") + Text("Good") + Text(" morning, 世界!") + Chunk("{}", "stop");

    private const string Usage =
        """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"the-model","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}}""" + "\n\n";

    private const string Done = "data: [DONE]\n\n";

    private static async Task<List<ReplyEvent>> RunAsync(Uri url, ReplyRequest? request = null, string? key = null, TimeProvider? time = null,
        IReadOnlyList<AIFunction>? tools = null)
    {
        using var chat = new OpenAiChatClient(Servers.Connect(url, "models.chat", key));
        var pipeline = new ReplyPipeline(new ModelSet(null!, chat, new ScriptedVoice(TimeProvider.System), tools ?? []), time ?? TimeProvider.System);
        var events = new List<ReplyEvent>();
        await foreach (var reply in pipeline.RunAsync((request ?? ReplyBench.Ask("Hello.")) with { IsSpoken = false }, TestContext.Current.CancellationToken))
            events.Add(reply);
        return events;
    }

    private static string Words(IEnumerable<ReplyEvent> events) => string.Concat(events.OfType<ReplyText>().Select(text => text.Delta));

    private static ScriptedServer Sse(params string[] parts) => new(async (_, answer) =>
    {
        await answer.BeginAsync("text/event-stream");
        foreach (var part in parts) await answer.ChunkAsync(part);
        await answer.EndAsync();
    });

    [Fact]
    [Shows(ApiPart.SessionField, "instructions")]
    public async Task A_streamed_answer_arrives_with_its_usage()
    {
        await using var server = Sse(Hello, Usage, Done);
        var events = await RunAsync(server.Url, ReplyBench.Ask("Hello.") with { Instructions = "Be kind.", MaxOutputTokens = 50 });
        Assert.Equal("Good morning, 世界!", Words(events));
        Assert.Equal(new ReplyCompleted(new ReplyUsage(11, 4)), events[^1]);
        var request = server.Requests.Single();
        Assert.StartsWith("POST /v1/chat/completions ", request.Line, StringComparison.Ordinal);
        Assert.False(request.Headers.ContainsKey("authorization"));
        using var body = JsonDocument.Parse(request.Body);
        Assert.True(body.RootElement.GetProperty("stream").GetBoolean());
        Assert.Equal((50, true), (body.RootElement.GetProperty("max_tokens").GetInt32(), body.RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean()));
        Assert.Equal("the-model", body.RootElement.GetProperty("model").GetString());
        Assert.False(body.RootElement.TryGetProperty("max_completion_tokens", out _));
        Assert.Equal(["system", "user"], body.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task An_answer_in_single_bytes_is_the_same_answer()
    {
        var bytes = Encoding.UTF8.GetBytes(Hello + Done);
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("text/event-stream");
            for (var i = 0; i < bytes.Length; i++) await answer.ChunkAsync(bytes.AsMemory(i, 1));
            await answer.EndAsync();
        });
        Assert.Equal("Good morning, 世界!", Words(await RunAsync(server.Url)));
    }

    [Fact]
    public async Task The_key_is_sent_to_the_server_and_to_nobody_else()
    {
        await using var server = Sse(Hello, Done);
        await RunAsync(server.Url, key: Servers.Key);
        Assert.Equal("Bearer " + Servers.Key, server.Requests.Single().Headers["authorization"]);
    }

    [Fact]
    public async Task A_tool_call_in_pieces_is_run_and_answered()
    {
        await using var server = new ScriptedServer(async (request, answer) =>
        {
            await answer.BeginAsync("text/event-stream");
            if (request.Text.Contains("\"tool_call_id\"", StringComparison.Ordinal))
            {
                await answer.ChunkAsync(Text("It is 5.") + Chunk("{}", "stop") + Done);
            }
            else
            {
                await answer.ChunkAsync(Chunk("""{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"add","arguments":""}}]}"""));
                await answer.ChunkAsync(Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":2,"}}]}"""));
                await answer.ChunkAsync(Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"\"b\":3}"}}]}""") + Chunk("{}", "tool_calls") + Done);
            }
            await answer.EndAsync();
        });
        var events = await RunAsync(server.Url, tools: [AIFunctionFactory.Create((int a, int b) => a + b, "add")]);
        Assert.Equal("It is 5.", Words(events));
        Assert.IsType<ReplyCompleted>(events[^1]);
    }

    [Fact]
    public async Task The_arguments_of_a_clients_function_arrive_in_the_servers_pieces()
    {
        await using var server = Sse(
            Chunk("""{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"lights","arguments":""}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"on\":"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":" true}"}}]}"""), Chunk("{}", "tool_calls"), Done);
        var events = await RunAsync(server.Url, ReplyBench.Ask("Light!") with { Tools = [new FunctionTool("lights", "", "{}")] });
        Assert.Equal(
            [
                new ReplyToolCallDelta("call_1", "lights", ""), new ReplyToolCallDelta("call_1", "lights", "{\"on\":"),
                new ReplyToolCallDelta("call_1", "lights", " true}"), new ReplyToolCall("call_1", "lights", "{\"on\": true}"),
            ],
            events.SkipLast(1));
    }

    [Fact]
    public async Task Arguments_that_are_cut_off_are_no_call()
    {
        await using var server = Sse(
            Chunk("""{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"lights","arguments":"{\"on"}}]}"""),
            Chunk("{}", "length"), Done);
        var events = await RunAsync(server.Url, ReplyBench.Ask("Light!") with { Tools = [new FunctionTool("lights", "", "{}")] });
        Assert.Equal(new ReplyToolCallDelta("call_1", "lights", "{\"on"), events[0]);
        Assert.Equal(ReplyLimit.OutputTokens, Assert.IsType<ReplyCompleted>(events[1]).Limit);
    }

    [Theory]
    [InlineData(401, "chat_unauthorized", "SOME_KEY")]
    [InlineData(403, "chat_unauthorized", "SOME_KEY")]
    [InlineData(404, "chat_not_found", "models.chat.url")]
    [InlineData(429, "chat_rate_limited", "429")]
    [InlineData(400, "chat_rejected", "the-model")]
    [InlineData(500, "chat_server_error", "500")]
    [InlineData(503, "chat_server_error", "It says: no such thing")]
    [InlineData(302, "chat_not_found", "redirects")]
    public async Task A_refusal_is_one_event_that_says_what_to_do_and_never_the_key(int status, string code, string hint)
    {
        await using var server = new ScriptedServer(status, "application/json",
            $$$"""{"error":{"message":"no such thing, {{{Servers.Key}}}","type":"t","code":"c"}}""");
        var failed = Assert.IsType<ReplyFailed>(Assert.Single(await RunAsync(server.Url, key: Servers.Key)));
        Assert.Equal(code, failed.Code);
        Assert.Contains(hint, failed.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{server.Url.Port}/v1", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Servers.Key, failed.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_wants_a_key_when_none_is_set_says_where_to_name_one()
    {
        await using var server = new ScriptedServer(401, "text/plain", "who are you?");
        var failed = Assert.IsType<ReplyFailed>(Assert.Single(await RunAsync(server.Url)));
        Assert.Contains("models.chat.keyEnvironmentVariable", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_unreachable_after_safe_retries()
    {
        var failed = Assert.IsType<ReplyFailed>(Assert.Single(await RunAsync(ScriptedServer.Nowhere())));
        Assert.Equal("chat_unreachable", failed.Code);
        Assert.Contains("models.chat.url", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_keeps_what_came()
    {
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("text/event-stream");
            await answer.ChunkAsync(Text("Once upon"));
        });
        var events = await RunAsync(server.Url);
        Assert.Equal("Once upon", Words(events));
        Assert.Equal("chat_interrupted", Assert.IsType<ReplyFailed>(events[^1]).Code);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_reason_was_interrupted()
    {
        await using var server = Sse(Text("Once upon"), Done);
        var events = await RunAsync(server.Url);
        Assert.Equal("Once upon", Words(events));
        Assert.Equal("chat_interrupted", Assert.IsType<ReplyFailed>(events[^1]).Code);
    }

    [Theory]
    [InlineData("text/html", "<html><body>Welcome to nginx</body></html>")]
    [InlineData("text/event-stream", "data: {not json\n\n")]
    [InlineData("text/event-stream", "data: [1,2,3]\n\n")]
    [InlineData("text/event-stream", "data: {\"choices\":\"none\"}\n\n")]
    [InlineData("application/json", "")]
    [InlineData("text/event-stream", "\u0001\u0002\u0003")]
    public async Task Garbage_is_an_invalid_response(string type, string body)
    {
        await using var server = new ScriptedServer(200, type, body);
        Assert.Equal("chat_invalid_response", Assert.IsType<ReplyFailed>(Assert.Single(await RunAsync(server.Url))).Code);
    }

    [Fact]
    public async Task A_server_that_hangs_fails_at_the_deadline_of_virtual_time()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        var time = new FakeTimeProvider();
        var run = RunAsync(server.Url, time: time);
        await server.Asked;
        time.Advance(ReplyPipelineConfig.Default.FirstTokenTimeout);
        var failed = Assert.IsType<ReplyFailed>(Assert.Single(await run));
        Assert.Equal("chat_timeout", failed.Code);
        Assert.Contains($"127.0.0.1:{server.Url.Port}", failed.Message, StringComparison.Ordinal);
    }
}
