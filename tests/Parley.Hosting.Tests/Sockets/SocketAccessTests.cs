using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>Keys, tokens and limits on WebSockets: the same door as for calls.</summary>
public sealed class SocketAccessTests
{
    private const string Key = "pk_0123456789abcdef0123";

    [Fact]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?model=", "WebSocket subprotocol realtime", "WebSocket subprotocol openai-insecure-api-key.…")]
    public async Task A_browser_brings_its_key_as_a_subprotocol_and_the_server_selects_realtime()
    {
        await using var server = await StartAsync();
        var client = await server.ConnectAsync("?model=gpt-realtime", key: null, "realtime", "openai-insecure-api-key." + Key, "openai-agents-sdk.0.20.0");
        Assert.Equal("realtime", client.Socket.SubProtocol);
        var created = await client.UntilAsync("session.created");
        Assert.Equal("gpt-realtime", created.GetProperty("session").GetProperty("model").GetString());
    }

    [Fact]
    public async Task Without_a_key_the_upgrade_is_refused_with_401()
    {
        await using var server = await StartAsync();
        foreach (var protocol in new[] { "realtime", "openai-insecure-api-key.pk_wrong" })
            Assert.Equal(HttpStatusCode.Unauthorized, await RefusalAsync(server, null, protocol));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusalAsync(server, "ek_wrong"));
    }

    [Fact]
    public async Task Sessions_count_for_their_key_until_they_have_ended()
    {
        await using var server = await StartAsync(new KeyLimits { ConcurrentCalls = 1 });
        var client = await server.ConnectAsync(key: Key);
        await client.UntilAsync("session.created");
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusalAsync(server, Key));
        await client.CloseAsync();
        await client.UntilClosedAsync();
        await (await UntilAdmittedAsync(server)).UntilAsync("session.created");
    }

    [Fact]
    public async Task A_response_tells_of_the_calls_that_the_key_may_still_begin()
    {
        await using var server = await StartAsync(new KeyLimits { CallsPerMinute = 5 });
        var client = await server.ConnectAsync(key: Key);
        await client.SendAsync("""{"type":"response.create"}""");
        var updated = await client.UntilAsync("rate_limits.updated");
        var limit = Assert.Single(updated.GetProperty("rate_limits").EnumerateArray());
        Assert.Equal(("requests", 5, 4), (limit.GetProperty("name").GetString(), limit.GetProperty("limit").GetInt32(), limit.GetProperty("remaining").GetInt32()));
    }

    [Fact]
    public async Task A_session_that_uses_up_the_minutes_of_its_key_is_told_so_and_closed()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using var server = await StartAsync(new KeyLimits { MinutesPerDay = 1 }, clock);
        var client = await server.ConnectAsync(key: Key);
        await client.UntilAsync("session.created");
        clock.Advance(TimeSpan.FromMinutes(1));
        var error = (await client.UntilAsync("error")).GetProperty("error");
        Assert.Equal(("insufficient_quota", "insufficient_quota"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        await client.UntilClosedAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusalAsync(server, Key));
    }

    private static async Task<HttpStatusCode> RefusalAsync(LiveServer server, string? key, params string[] protocols)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + key);
        foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url("?model=parley"), TestContext.Current.CancellationToken));
        return socket.HttpStatusCode;
    }

    /// <summary>The server's goodbye may reach the client a moment before it has given the place back.</summary>
    private static async Task<SocketClient> UntilAdmittedAsync(LiveServer server)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await server.ConnectAsync(key: Key);
            }
            catch (WebSocketException) when (TimeProvider.System.GetElapsedTime(began) < SocketClient.Hang)
            {
                // It is still full.
            }
        }
    }

    private static Task<LiveServer> StartAsync(KeyLimits? limits = null, TimeProvider? time = null) => LiveServer.StartAsync(
        options: new ServerOptions { Keys = [new KeyOptions { Name = "web", Hash = KeyHash.Of(Key).ToString(), Limits = limits }] }, time: time);
}
