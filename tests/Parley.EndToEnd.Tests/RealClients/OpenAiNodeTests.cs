namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>The <c>openai</c> package in Node; nothing but the base URL is set. Its WebSocket is always one over TLS.</summary>
[Collection(ClientServerGroup.Name)]
public sealed class OpenAiNodeTests(ClientServer server, ITestOutputHelper output)
{
    [Fact]
    [Shows(ApiPart.Client, "openai (npm), OpenAIRealtimeWS")]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?model=", "wss: and https:", "Authorization: an API key")]
    public async Task Over_a_websocket_it_talks_calls_its_function_and_is_interrupted()
    {
        var report = await ClientProgram.RunAsync("openai-websocket.mjs", server.Secure.Url, 24_000, server.Certificate);
        await report.AssertConversationAsync(output);
        Assert.Equal(1000, report.Root.GetProperty("closed").GetInt32());
    }

    [Fact]
    [Shows(ApiPart.Client, "openai (npm), realtime.calls", "openai (npm), OpenAIRealtimeWS beside a call")]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls, multipart/form-data", "POST /v1/realtime/calls/{id}/hangup", "WS /v1/realtime?call_id=")]
    public async Task It_makes_a_call_runs_the_function_from_the_side_and_hangs_up()
    {
        var report = await ClientProgram.RunAsync("openai-calls.mjs", server.Secure.Url, 48_000, server.Certificate);
        await report.AssertConversationAsync(output);
        Assert.StartsWith("rtc_", report.Root.GetProperty("callID").GetString(), StringComparison.Ordinal);
        // Who stands beside sees what the caller sees; each was greeted by itself.
        var beside = report.Root.GetProperty("seenBeside").EnumerateArray().ToList();
        Assert.Equal("session.created", beside[0].GetProperty("type").GetString());
        Assert.Equal(report.Events.Skip(1).Select(e => e.GetRawText()), beside.Skip(1).Select(e => e.GetRawText()));
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?intent=transcription")]
    [Shows(ApiPart.SessionField, "type: transcription", "audio.input.turn_detection: server_vad")]
    public async Task A_session_that_only_transcribes_understands_and_does_not_answer()
    {
        var report = await ClientProgram.RunAsync("openai-transcription.mjs", server.Secure.Url, 24_000, server.Certificate);
        await report.AssertReadAsync();
        Assert.Equal("transcription", report.Root.GetProperty("type").GetString());
        Assert.Equal(ClientProgram.Spoken.Select(phrase => phrase.Words), report.Root.GetProperty("understood").EnumerateArray().Select(words => words.GetString()));
        Assert.Empty(report.OfType("response.created"));
    }
}
