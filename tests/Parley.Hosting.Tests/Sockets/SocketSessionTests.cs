using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>Conversations over a WebSocket with the live server.</summary>
public sealed class SocketSessionTests
{
    private const string Question = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    [Fact]
    public async Task A_question_in_text_is_answered_with_speech_inside_the_events()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        var created = await client.UntilAsync("session.created");
        Assert.StartsWith("sess_", created.GetProperty("session").GetProperty("id").GetString(), StringComparison.Ordinal);
        await client.SendAsync(Question);
        await client.SendAsync("""{"type":"response.create"}""");
        var audio = await client.UntilAsync("response.output_audio.delta");
        // Each word of the scripted voice is 7200 samples of 2 bytes.
        Assert.True(Convert.FromBase64String(audio.GetProperty("delta").GetString()!).Length > 0);
        var done = await client.UntilAsync("response.done");
        Assert.Equal("completed", done.GetProperty("response").GetProperty("status").GetString());
        Assert.DoesNotContain(client.Types, type => type.StartsWith("output_audio_buffer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("audio/pcm", 24_000, 2)]
    [InlineData("audio/pcmu", 8_000, 1)]
    [InlineData("audio/pcma", 8_000, 1)]
    public async Task Audio_that_is_appended_and_committed_is_transcribed_and_answered(string format, int rate, int bytesPerSample)
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        var json = format == "audio/pcm" ? """{"type":"audio/pcm","rate":24000}""" : $$"""{"type":"{{format}}"}""";
        await client.SendAsync("""
            {"type":"session.update","session":{"type":"realtime","audio":{"input":{"format":FORMAT,"turn_detection":null,"transcription":{"model":"any"}},"output":{"format":FORMAT}}}}
            """.Replace("FORMAT", json, StringComparison.Ordinal));
        await client.UntilAsync("session.updated");
        var second = new byte[rate * bytesPerSample];
        Random.Shared.NextBytes(second);
        await client.AppendAsync(second);
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await client.SendAsync("""{"type":"response.create"}""");
        var transcript = await client.UntilAsync("conversation.item.input_audio_transcription.completed");
        Assert.Equal("Hello.", transcript.GetProperty("transcript").GetString());
        var heard = 0;
        while (await client.ReceiveAsync() is { } e && e.GetProperty("type").GetString() != "response.done")
            if (e.GetProperty("type").GetString() == "response.output_audio.delta") heard += Convert.FromBase64String(e.GetProperty("delta").GetString()!).Length;
        // "You said Hello." has three words of 300 ms.
        Assert.InRange(heard / (double)(rate * bytesPerSample), 0.85, 0.95);
    }

    [Fact]
    public async Task Messages_may_be_binary_and_come_in_fragments()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        await client.UntilAsync("session.created");
        var bytes = Encoding.UTF8.GetBytes(Question);
        await client.SendAsync(bytes[..10], WebSocketMessageType.Binary, false);
        await client.SendAsync([], WebSocketMessageType.Binary, false);
        await client.SendAsync(bytes[10..], WebSocketMessageType.Binary, true);
        await client.UntilAsync("conversation.item.done");
    }

    [Fact]
    public async Task An_append_of_15_MiB_is_taken_and_one_of_more_is_refused_with_its_name_and_the_session_lives_on()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        await client.SendAsync("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}""");
        await client.UntilAsync("session.updated");
        await client.AppendAsync(new byte[15 * 1024 * 1024]);
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await client.UntilAsync("input_audio_buffer.committed");
        await client.AppendAsync(new byte[(15 * 1024 * 1024) + 2]);
        var error = await client.UntilAsync("error");
        Assert.Equal("audio", error.GetProperty("error").GetProperty("param").GetString());
        await client.SendAsync(Question);
        await client.UntilAsync("conversation.item.done");
    }

    [Fact]
    public async Task Nonsense_is_answered_with_an_error_and_the_session_lives_on()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        foreach (var nonsense in new[] { "", "{", "[]", "null", """{"type":"no.such.event","event_id":"mine"}""", """{"type":"input_audio_buffer.append","audio":"%"}""" })
        {
            await client.SendAsync(nonsense);
            Assert.Equal("invalid_request_error", (await client.UntilAsync("error")).GetProperty("error").GetProperty("type").GetString());
        }
        await client.SendAsync(Question);
        await client.UntilAsync("conversation.item.done");
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_and_its_call_is_gone()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        await client.UntilAsync("session.created");
        Assert.Equal(1, server.Transceiver.Stats.SocketCallsOpen);
        await client.CloseAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
    }

    [Fact]
    public async Task A_server_that_stops_closes_with_1001()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        await client.UntilAsync("session.created");
        var stopping = server.StopAsync();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, (await client.UntilClosedAsync()).Status);
        await stopping.WaitAsync(SocketClient.Hang, TestContext.Current.CancellationToken);
    }
}
