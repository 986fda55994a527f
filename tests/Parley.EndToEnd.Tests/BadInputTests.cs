using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary>What the real server answers to what it cannot use.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task Every_bad_offer_is_answered_with_the_error_body_of_the_api()
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        await AssertRefusedAsync(client, Sdp(""), HttpStatusCode.BadRequest, "empty");
        await AssertRefusedAsync(client, Sdp("hello"), HttpStatusCode.BadRequest, "SDP");
        await AssertRefusedAsync(client, Sdp(Offer.Replace("m=audio", "m=video", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "audio");
        await AssertRefusedAsync(client, Sdp(Offer.Replace("opus/48000/2", "G722/8000", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "Opus");
        await AssertRefusedAsync(client, Sdp(Offer, "text/plain"), HttpStatusCode.UnsupportedMediaType, "application/sdp");
        await AssertRefusedAsync(client, Sdp(Offer), HttpStatusCode.Unauthorized, "client secret", "ek_unknown");
    }

    [Fact]
    public async Task A_good_offer_is_answered_and_the_call_can_be_hung_up_once()
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        using var response = await client.PostAsync("v1/realtime/calls", Sdp(Offer), TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/sdp", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("\r\n", answer, StringComparison.Ordinal);
        var location = response.Headers.Location!.ToString();
        Assert.StartsWith("/v1/realtime/calls/rtc_", location, StringComparison.Ordinal);

        using var first = await client.PostAsync(location + "/hangup", null, TestContext.Current.CancellationToken);
        using var second = await client.PostAsync(location + "/hangup", null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Random_bytes_on_the_udp_port_are_counted_and_dropped()
    {
        await using var server = await ParleyServer.StartAsync();
        var random = new Random(5);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, server.UdpPort);
        var bytes = new byte[1400];
        for (var i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            await socket.SendToAsync(bytes.AsMemory(0, random.Next(1, bytes.Length)), target, TestContext.Current.CancellationToken);
        }
        JsonElement health = default;
        for (var i = 0; i < 50; i++)
        {
            health = await server.HealthAsync();
            if (health.GetProperty("datagrams_dropped").GetInt64() > 0) break;
        }
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.InRange(health.GetProperty("datagrams_dropped").GetInt64(), 1, 2000);
    }

    [Fact]
    public async Task A_page_of_another_origin_and_a_foreign_host_name_are_kept_out()
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "v1/realtime/calls");
        preflight.Headers.Add("Origin", "https://evil.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var refused = await client.SendAsync(preflight, TestContext.Current.CancellationToken);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "healthz");
        rebound.Headers.Host = "rebound.example";
        using var answer = await client.SendAsync(rebound, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private static async Task AssertRefusedAsync(
        HttpClient client, HttpContent content, HttpStatusCode status, string mentions, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/realtime/calls") { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        using var json = JsonDocument.Parse(body);
        var error = json.RootElement.GetProperty("error");
        Assert.Contains(mentions, error.GetProperty("message").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.False(string.IsNullOrEmpty(error.GetProperty("type").GetString()));
        Assert.False(string.IsNullOrEmpty(error.GetProperty("code").GetString()));
    }

    private static StringContent Sdp(string text, string contentType = "application/sdp") =>
        new(text, Encoding.UTF8, new MediaTypeHeaderValue(contentType));

    internal const string Offer =
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" +
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n" +
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n" +
        "a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
        "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n";
}
