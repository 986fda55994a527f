using System.Text.Json;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary><c>@openai/agents-realtime</c>: <c>RealtimeSession</c> with its own defaults; nothing but the address is set.</summary>
[Collection(ClientServerGroup.Name)]
public sealed class AgentsSdkTests(ClientServer server, ITestOutputHelper output)
{
    [Fact]
    [Shows(ApiPart.Client, "@openai/agents-realtime, WebRTC in a browser", "openai (npm), realtime.clientSecrets")]
    [Shows(ApiPart.Endpoint,
        "POST /v1/realtime/calls, application/sdp", "POST /v1/realtime/client_secrets", "Authorization: a client secret (ek_…)", "CORS, with Location exposed",
        "WebSocket subprotocol openai-insecure-api-key.…")]
    [Shows(ApiPart.ClientEvent, "session.update", "conversation.item.create", "conversation.item.retrieve", "response.create")]
    [Shows(ApiPart.ServerEvent,
        "output_audio_buffer.started", "output_audio_buffer.stopped", "output_audio_buffer.cleared", "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped", "conversation.item.truncated", "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed", "response.function_call_arguments.delta")]
    [Shows(ApiPart.SessionField, "tools", "audio.input.turn_detection: semantic_vad")]
    public async Task Over_webrtc_in_a_browser_it_talks_calls_its_function_and_is_interrupted()
    {
        var report = await ClientProgram.RunAsync("agents-browser.mjs", server.Plain.Url, 48_000);
        await report.AssertConversationAsync(output);
        AssertHistory(report);
        report.AssertMarkedEventsSeen(typeof(AgentsSdkTests));
        Assert.StartsWith("rtc_", report.Root.GetProperty("callId").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(report.OfType("output_audio_buffer.cleared"));
        Assert.Empty(report.OfType("response.output_audio.delta"));

        var written = report.Root.GetProperty("written");
        Assert.Equal("You said: Good morning.", written.GetProperty("answer").GetString());
        Assert.Empty(written.GetProperty("unread").EnumerateArray());
    }

    [Fact]
    [Shows(ApiPart.Client, "@openai/agents-realtime, WebSocket in Node")]
    [Shows(ApiPart.ClientEvent, "input_audio_buffer.append", "conversation.item.truncate")]
    [Shows(ApiPart.ServerEvent, "response.output_audio.delta", "conversation.item.truncated", "input_audio_buffer.speech_started")]
    public async Task Over_a_websocket_in_node_it_talks_calls_its_function_and_is_interrupted()
    {
        var report = await ClientProgram.RunAsync("agents-websocket.mjs", server.Plain.Url, 24_000);
        await report.AssertConversationAsync(output);
        AssertHistory(report);
        report.AssertMarkedEventsSeen(typeof(AgentsSdkTests));
        Assert.True(report.Root.GetProperty("interruptions").GetInt32() > 0, "The application was not told to stop playing.");
        Assert.Empty(report.OfType("output_audio_buffer.started"));
    }

    [Fact]
    [Shows(ApiPart.ServerEvent,
        "mcp_list_tools.in_progress", "mcp_list_tools.completed", "mcp_list_tools.failed", "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done", "response.mcp_call.in_progress", "response.mcp_call.completed", "response.mcp_call.failed")]
    [Shows(ApiPart.Item, "mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response")]
    [Shows(ApiPart.SessionField, "tools")]
    public async Task Tools_of_an_MCP_server_are_listed_approved_and_called()
    {
        var report = await ClientProgram.RunAsync("agents-mcp.mjs", server.Plain.Url, 24_000, more: ["--mcp", server.Tools.Url.ToString()]);
        await report.AssertReadAsync();
        report.AssertMarkedEventsSeen(typeof(AgentsSdkTests));
        Assert.Equal(["broken", "weather"], report.Root.GetProperty("available").EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(["weather", "broken"], report.Root.GetProperty("approved").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal($"It is sunny in {ScriptedModel.Zone}.", report.Root.GetProperty("answers")[0].GetString());
    }

    /// <summary>What the SDK made of the events, in the order in which an application shows it.</summary>
    private static void AssertHistory(ClientReport report)
    {
        var history = report.Root.GetProperty("history").EnumerateArray().ToList();
        var said = history.Where(item => item.TryGetProperty("role", out var role) && role.GetString() == "user").Select(Text);
        Assert.Equal([.. ClientProgram.Spoken.Select(phrase => phrase.Words), "How are you?"], said);
        Assert.Contains("It is a quarter past seven.", history.Select(Text));
        Assert.Contains(history, item => item.TryGetProperty("name", out var name) && name.GetString() == "get_time"
            && item.GetProperty("output").GetString() == "a quarter past seven");
    }

    private static string Text(JsonElement item) => item.TryGetProperty("text", out var text) ? text.GetString()! : "";
}
