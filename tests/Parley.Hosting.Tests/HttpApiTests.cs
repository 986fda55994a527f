using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Parley.Hosting.Configuration;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Speech;

namespace Parley.Hosting.Tests;

/// <summary>The endpoints as HTTP clients see them. No model is ever asked.</summary>
public sealed class HttpApiTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(new ModelSet(null!, null!, null!, []));
        _app = ParleyServer.Build(builder, ParleyConfig.From(new ParleyOptions { Server = new ServerOptions { UdpListen = "127.0.0.1", UdpPort = 0 } }));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _client = _app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_client_secret_comes_with_its_expiry_and_the_effective_session()
    {
        var (status, body) = await PostAsync("/v1/realtime/client_secrets",
            """{"expires_after":{"anchor":"created_at","seconds":60},"session":{"type":"realtime","instructions":"Be brief."}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("ek_", body.GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.True(body.GetProperty("expires_at").TryGetInt64(out _));
        Assert.Equal("Be brief.", body.GetProperty("session").GetProperty("instructions").GetString());
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK, null)]
    [InlineData("""{"\ud800":1}""", HttpStatusCode.OK, null)]
    [InlineData("{", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("[]", HttpStatusCode.BadRequest, "invalid_type")]
    [InlineData("""{"expires_after":{"seconds":9}}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"expires_after":{"anchor":"\ud800"}}""", HttpStatusCode.BadRequest, "invalid_value")]
    public async Task The_body_of_a_client_secret_request_is_optional_but_must_make_sense(string body, HttpStatusCode expected, string? code)
    {
        var (status, answer) = await PostAsync("/v1/realtime/client_secrets", body);
        Assert.Equal(expected, status);
        Assert.Equal(code, CodeOf(answer));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_in_a_client_secret_request_are_no_fault_of_the_server() =>
        await Gen.Byte.Array[0, 40].SampleAsync(async bytes =>
        {
            byte[] body = [.. "{\"session\":{\"instructions\":\""u8, .. bytes, .. "\"}}"u8];
            using var response = await _client.PostAsync("/v1/realtime/client_secrets", new ByteArrayContent(body), TestContext.Current.CancellationToken);
            return (int)response.StatusCode < 500;
        }, iter: 300, threads: 1);

    [Fact]
    public async Task A_body_that_is_too_large_is_413_with_and_without_a_content_length()
    {
        var body = Encoding.ASCII.GetBytes("{\"session\":\"" + new string('a', 300_000) + "\"}");
        foreach (HttpContent content in (HttpContent[])[new ByteArrayContent(body), new StreamContent(new MemoryStream(body)) { Headers = { ContentLength = null } }])
        {
            using var response = await _client.PostAsync("/v1/realtime/client_secrets", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
    }

    [Fact]
    public async Task An_unknown_client_secret_is_401_even_where_no_key_is_needed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/realtime/calls") { Headers = { { "Authorization", "Bearer ek_unknown" } } };
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task An_offer_at_fault_is_400_with_the_faults_code()
    {
        using var offer = new StringContent("v=0\r\n", Encoding.UTF8, "application/sdp");
        using var response = await _client.PostAsync("/v1/realtime/calls", offer, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("sdp_", CodeOf(await ReadAsync(response)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_up_a_call_that_is_not_there_is_404()
    {
        var (status, body) = await PostAsync("/v1/realtime/calls/rtc_none/hangup", "");
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), (status, CodeOf(body)));
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}")]
    public async Task Another_offer_for_a_call_is_answered_at_the_calls_own_url()
    {
        using var certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
        using var client = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [] }, new SeededRandom(1), new Instant(0));
        using var created = await PostSdpAsync(new Uri("/v1/realtime/calls", UriKind.Relative), client.LocalDescription);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.True(client.TryAcceptAnswer(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Instant(0), out _));
        client.RestartIce(new Instant(0));
        using var again = await PostSdpAsync(created.Headers.Location!, client.LocalDescription);
        Assert.Equal((HttpStatusCode.OK, "application/sdp"), (again.StatusCode, again.Content.Headers.ContentType!.MediaType));
        Assert.True(client.TryAcceptAnswer(await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new Instant(0), out _));

        using var broken = await PostSdpAsync(created.Headers.Location!, "v=0");
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.StartsWith("sdp_", CodeOf(await ReadAsync(broken)), StringComparison.Ordinal);
        using var other = RtcPeer.CreateOffer(
            new RtcPeerConfig { Certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow), LocalCandidates = [] }, new SeededRandom(2), new Instant(0));
        using var foreign = await PostSdpAsync(created.Headers.Location!, other.LocalDescription);
        Assert.Equal((HttpStatusCode.BadRequest, "sdp_fingerprint_changed"), (foreign.StatusCode, CodeOf(await ReadAsync(foreign))));
    }

    [Fact]
    public async Task Another_offer_for_a_call_that_is_not_there_is_404_and_one_with_a_session_400()
    {
        using var unknown = await PostSdpAsync(new Uri("/v1/realtime/calls/rtc_none", UriKind.Relative), "v=0\r\n");
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), (unknown.StatusCode, CodeOf(await ReadAsync(unknown))));
        using var form = new MultipartFormDataContent { { new StringContent("v=0\r\n"), "sdp" }, { new StringContent("{}"), "session" } };
        using var response = await _client.PostAsync(new Uri("/v1/realtime/calls/rtc_none", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_value"), (response.StatusCode, CodeOf(await ReadAsync(response))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/realtime/calls/rtc_none") { Headers = { { "Authorization", "Bearer ek_unknown" } } };
        using var unauthorized = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, unauthorized.StatusCode);
    }

    [Fact]
    public async Task A_foreign_host_name_and_a_foreign_page_go_no_further()
    {
        using var rebound = await _client.GetAsync(new Uri("http://rebound.example/healthz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, rebound.StatusCode);

        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/v1/realtime/calls") { Headers = { { "Origin", "https://evil.example" } } };
        using var response = await _client.SendAsync(foreign, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_page_on_loopback_may_ask_and_read_the_location()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/realtime/calls")
        {
            Headers = { { "Origin", "http://localhost:5173" }, { "Access-Control-Request-Method", "POST" } },
        };
        using var response = await _client.SendAsync(preflight, TestContext.Current.CancellationToken);
        Assert.Equal("http://localhost:5173", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Health_counts_calls()
    {
        using var response = await _client.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
        var health = await ReadAsync(response);
        Assert.Equal(("ok", 0), (health.GetProperty("status").GetString(), health.GetProperty("calls_open").GetInt32()));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await ReadAsync(response));
    }

    private async Task<HttpResponseMessage> PostSdpAsync(Uri path, string sdp)
    {
        using var content = new StringContent(sdp, Encoding.UTF8, "application/sdp");
        return await _client.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    private static string? CodeOf(JsonElement body) =>
        body.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;
}
