using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary>Below /v1 every failure has the API's error body, those included that the server finds before an endpoint does.</summary>
public sealed class ApiErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Shows(ApiPart.Endpoint, "Error bodies {\"error\":{message,type,code,param}}")]
    public async Task Whatever_is_asked_below_v1_a_failure_has_the_error_body_and_the_log_stays_clean()
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        await AssertAsync(client, HttpMethod.Get, "v1/nothing", null, 404, "unknown_url");
        await AssertAsync(client, HttpMethod.Post, "v1/chat/completions", Json("{}"), 404, "unknown_url");
        await AssertAsync(client, HttpMethod.Put, "v1/realtime/calls", null, 405, "method_not_allowed");
        await AssertAsync(client, HttpMethod.Get, "v1/realtime/calls/rtc_x/hangup", null, 405, "method_not_allowed");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/calls/rtc_x/hangup", null, 404, "call_not_found");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/calls", Form(new string('v', 2_000_000)), 413, "body_too_large");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/client_secrets", Chunked(new string(' ', 300_000) + "{}"), 413, "body_too_large");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/client_secrets", Json("""{"expires_after":{"anchor":"\ud800"}}"""), 400, "invalid_value");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/client_secrets", Json("""{"expires_after":{"seconds":5}}"""), 400, "invalid_value");
        await AssertAsync(client, HttpMethod.Post, "v1/realtime/client_secrets", Json("{"), 400, "invalid_json");
        Assert.DoesNotContain("fail:", server.CallLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var server = await ParleyServer.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancellation);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("POST /v1/realtime/calls HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: 900\r\n\r\nv=0"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream);
        var answer = new StringBuilder();
        while (await reader.ReadLineAsync(Cancellation) is { } line && !answer.ToString().Contains("request_timeout", StringComparison.Ordinal)) answer.AppendLine(line);
        Assert.StartsWith("HTTP/1.1 408", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_checks_may_ask_for_the_head_only()
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        foreach (var path in new[] { "healthz", "" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static async Task AssertAsync(HttpClient client, HttpMethod method, string path, HttpContent? content, int status, string code)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (content is StreamContent) request.Headers.TransferEncodingChunked = true;
        using var response = await client.SendAsync(request, Cancellation);
        Assert.Equal((path, status), (path, (int)response.StatusCode));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        var error = body.RootElement.GetProperty("error");
        Assert.Equal((path, code), (path, error.GetProperty("code").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static StreamContent Chunked(string text) =>
        new(new MemoryStream(Encoding.UTF8.GetBytes(text))) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static MultipartFormDataContent Form(string sdp) => new() { { new StringContent(sdp), "junk" } };
}
