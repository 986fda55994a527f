using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests.Sockets;

/// <summary><c>?call_id=</c>: several clients in one session that lives on a WebSocket.</summary>
public sealed class SidebandTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    [Fact]
    public async Task A_sideband_is_greeted_with_the_session_as_it_is_and_sees_what_happens_from_then_on()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        await client.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}""");
        await client.UntilAsync("session.updated");
        var sideband = await server.ConnectAsync($"?call_id={id}");
        var session = (await sideband.UntilAsync("session.created")).GetProperty("session");
        Assert.Equal((id, "Be brief."), (session.GetProperty("id").GetString(), session.GetProperty("instructions").GetString()));
        await client.SendAsync(Note);
        await client.SendAsync("""{"type":"response.create"}""");
        await client.UntilAsync("response.done");
        await sideband.UntilAsync("response.done");
        Assert.Equal(client.Types.SkipWhile(type => type != "session.updated").Skip(1), sideband.Types.Skip(1));
    }

    [Fact]
    public async Task A_sideband_acts_in_the_session_and_its_own_mistakes_are_told_to_it_alone()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        var first = await server.ConnectAsync($"?call_id={id}");
        var second = await server.ConnectAsync($"?call_id={id}");
        await first.UntilAsync("session.created");
        await second.UntilAsync("session.created");
        await first.SendAsync("""{"type":"no.such.event","event_id":"mine"}""");
        Assert.Equal("mine", (await first.UntilAsync("error")).GetProperty("error").GetProperty("event_id").GetString());
        await first.SendAsync(Note);
        foreach (var each in (SocketClient[])[client, first, second]) await each.UntilAsync("conversation.item.done");
        Assert.DoesNotContain("error", client.Types.Concat(second.Types));
        await client.SendAsync("""{"type":"no.such.event"}""");
        await client.UntilAsync("error");
        await client.SendAsync(Note);
        await second.UntilAsync("conversation.item.done");
        Assert.DoesNotContain("error", second.Types);
    }

    [Fact]
    public async Task Sidebands_come_and_go_and_are_closed_when_the_call_ends()
    {
        await using var server = await LiveServer.StartAsync();
        var (client, id) = await BeginAsync(server);
        var leaves = await server.ConnectAsync($"?call_id={id}");
        var stays = await server.ConnectAsync($"?call_id={id}");
        await stays.UntilAsync("session.created");
        await leaves.CloseAsync();
        await client.SendAsync(Note);
        await stays.UntilAsync("conversation.item.done");
        await client.CloseAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await stays.UntilClosedAsync()).Status);
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await server.RefusalAsync($"?call_id={id}"));
    }

    [Fact]
    public async Task No_more_than_16_are_attached_at_a_time()
    {
        await using var server = await LiveServer.StartAsync();
        var (_, id) = await BeginAsync(server);
        var sidebands = new List<SocketClient>();
        for (var i = 0; i < 16; i++) sidebands.Add(await server.ConnectAsync($"?call_id={id}"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_sidebands"), await server.RefusalAsync($"?call_id={id}"));
        await sidebands[0].CloseAsync();
        await (await server.ConnectAsync($"?call_id={id}")).UntilAsync("session.created");
    }

    [Fact]
    public async Task Only_the_key_of_the_call_attaches_to_it()
    {
        Environment.SetEnvironmentVariable("PARLEY_TEST_SIDEBAND_KEYS", "key-one-key-one-key-one,key-two-key-two-key-two");
        await using var server = await LiveServer.StartAsync(options: new ServerOptions { ApiKeysEnvironmentVariable = "PARLEY_TEST_SIDEBAND_KEYS" });
        var (_, id) = await BeginAsync(server, "key-one-key-one-key-one");
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await server.RefusalAsync($"?call_id={id}", "key-two-key-two-key-two"));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), await server.RefusalAsync($"?call_id={id}"));
        await (await server.ConnectAsync($"?call_id={id}", "key-one-key-one-key-one")).UntilAsync("session.created");
    }

    private static async Task<(SocketClient Client, string SessionId)> BeginAsync(LiveServer server, string? key = null)
    {
        var client = await server.ConnectAsync(key: key);
        return (client, (await client.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString()!);
    }
}
