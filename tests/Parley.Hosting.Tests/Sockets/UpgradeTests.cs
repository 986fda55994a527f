using System.Net;
using System.Text.Json;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>What is refused before the upgrade is refused by HTTP, with the API's error body.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_request_without_an_upgrade_is_426_and_told_what_to_do()
    {
        await using var server = await LiveServer.StartAsync();
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://{server.EndPoint}/v1/realtime?model=parley"), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UpgradeRequired, "websocket"), (response.StatusCode, response.Headers.Upgrade.ToString()));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("upgrade_required", body.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("?call_id=rtc_none", HttpStatusCode.NotFound, "call_not_found")]
    [InlineData("?resume=sess_none", HttpStatusCode.NotFound, "session_not_found")]
    [InlineData("?intent=singing", HttpStatusCode.BadRequest, "invalid_value")]
    public async Task A_query_that_leads_nowhere_is_refused(string query, HttpStatusCode status, string code)
    {
        await using var server = await LiveServer.StartAsync();
        Assert.Equal((status, code), await server.RefusalAsync(query));
    }

    [Fact]
    public async Task A_page_of_a_foreign_origin_is_refused()
    {
        await using var server = await LiveServer.StartAsync();
        Assert.Equal((HttpStatusCode.Forbidden, "origin_not_allowed"), await server.RefusalAsync("?model=parley", origin: "https://evil.example"));
    }

    [Fact]
    public async Task Sessions_on_WebSockets_take_places_like_calls()
    {
        await using var server = await LiveServer.StartAsync(options: new ServerOptions { MaxCalls = 2 });
        var client = await server.ConnectAsync();
        await (await server.ConnectAsync()).UntilAsync("session.created");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "too_many_calls"), await server.RefusalAsync("?model=parley"));
        await client.CloseAsync();
        await (await server.ConnectAsync()).UntilAsync("session.created");
        Assert.Equal(3, server.Transceiver.Stats.CallsConnected);
    }

    [Fact]
    public async Task A_transcription_session_is_asked_for_by_its_intent()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync("?intent=transcription");
        Assert.Equal("transcription", (await client.UntilAsync("session.created")).GetProperty("session").GetProperty("type").GetString());
    }
}
