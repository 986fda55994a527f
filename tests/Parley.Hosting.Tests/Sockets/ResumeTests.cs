using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests.Sockets;

/// <summary><c>?resume=</c> on WebSockets with the live server.</summary>
public sealed class ResumeTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"id":"note","type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    [Fact]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?resume=")]
    public async Task A_session_whose_connection_broke_goes_on_with_its_id_settings_and_items()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        client.Socket.Abort();
        var again = await server.ConnectAsync($"?resume={id}");
        var session = (await again.UntilAsync("session.created")).GetProperty("session");
        Assert.Equal(id, session.GetProperty("id").GetString());
        Assert.Equal("Be brief.", session.GetProperty("instructions").GetString());
        await again.SendAsync("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        await again.UntilAsync("conversation.item.retrieved");
        await again.SendAsync("""{"type":"response.create"}""");
        var transcript = await again.UntilAsync("response.output_audio_transcript.done");
        Assert.Equal("You said hello", transcript.GetProperty("transcript").GetString()!.Trim());
    }

    [Fact]
    public async Task A_connection_that_nobody_knows_to_be_lost_is_closed_and_its_session_taken_over()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        var again = await server.ConnectAsync($"?resume={id}");
        Assert.Equal(id, (await again.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await client.UntilClosedAsync()).Status);
        await again.SendAsync("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        await again.UntilAsync("conversation.item.retrieved");
        Assert.Equal(1, server.Transceiver.Stats.SocketCallsOpen);
    }

    [Fact]
    public async Task A_page_that_is_left_or_loaded_anew_may_go_on_and_one_that_hangs_up_may_not()
    {
        await using var server = await LiveServer.StartAsync();
        var (leaves, left) = await BeginAsync(server);
        await leaves.Socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, TestContext.Current.CancellationToken);
        await leaves.UntilClosedAsync();
        await (await server.ConnectAsync($"?resume={left}")).UntilAsync("session.created");

        var (hangsUp, hungUp) = await BeginAsync(server);
        await hangsUp.CloseAsync();
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), await server.RefusalAsync($"?resume={hungUp}"));
    }

    [Fact]
    public async Task A_session_is_resumed_once_at_a_time_and_again_after_the_next_loss()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        for (var i = 0; i < 3; i++)
        {
            client.Socket.Abort();
            client = await server.ConnectAsync($"?resume={id}");
            await client.UntilAsync("session.created");
        }
        await client.SendAsync("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        await client.UntilAsync("conversation.item.retrieved");
    }

    [Fact]
    public async Task Somebody_elses_session_is_not_found_and_stays_with_its_owner()
    {
        Environment.SetEnvironmentVariable("PARLEY_TEST_RESUME_KEYS", "key-one-key-one-key-one,key-two-key-two-key-two");
        await using var server = await LiveServer.StartAsync(options: new ServerOptions { ApiKeysEnvironmentVariable = "PARLEY_TEST_RESUME_KEYS" });
        var (client, id) = await BeginAsync(server, "key-one-key-one-key-one");
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), await server.RefusalAsync($"?resume={id}", "key-two-key-two-key-two"));
        client.Socket.Abort();
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), await server.RefusalAsync($"?resume={id}", "key-two-key-two-key-two"));
        await (await server.ConnectAsync($"?resume={id}", "key-one-key-one-key-one")).UntilAsync("session.created");
    }

    [Fact]
    public async Task Resuming_can_be_switched_off()
    {
        await using var server = await LiveServer.StartAsync(options: new ServerOptions { ResumeSeconds = 0 });
        var (client, id) = await BeginAsync(server);
        client.Socket.Abort();
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), await server.RefusalAsync($"?resume={id}"));
    }

    private static async Task<(SocketClient Client, string SessionId)> BeginAsync(LiveServer server, string? key = null)
    {
        var client = await server.ConnectAsync(key: key);
        var id = (await client.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString()!;
        await client.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}""");
        await client.SendAsync(Note);
        await client.UntilAsync("conversation.item.done");
        return (client, id);
    }
}
