using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Configuration;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Speech;

namespace Parley.Hosting.Tests;

/// <summary>The whole server without sockets for HTTP, and without models.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private TestApi(WebApplication app)
    {
        _app = app;
        _client = app.GetTestClient();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Every line that the server logged.</summary>
    public LogLines Log { get; private init; } = null!;

    /// <param name="server">Its ports are free ones of loopback.</param>
    /// <param name="clock">Of keys and tokens; null: the real one.</param>
    public static async Task<TestApi> StartAsync(ServerOptions? server = null, FakeTimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogLines();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(log).AddFilter("Microsoft", LogLevel.Warning);
        if (clock is not null) builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(new ModelSet(null!, null!, null!, []));
        var options = (server ?? new ServerOptions()) with { UdpListen = "127.0.0.1", UdpPort = 0, Tcp = false };
        var app = ParleyServer.Build(builder, ParleyConfig.From(new ParleyOptions { Server = options }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApi(app) { Log = log };
    }

    public static string Offer()
    {
        using var certificate = DtlsCertificate.Create(DateTimeOffset.UnixEpoch.AddYears(55));
        using var client = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [] }, new SeededRandom(1), new Instant(0));
        return client.LocalDescription;
    }

    public Task<Answer> CallAsync(string? key = null, string query = "") => SendAsync(HttpMethod.Post, "/v1/realtime/calls" + query, Offer(), key, "application/sdp");

    public Task<Answer> PostAsync(string path, string json, string? key = null) => SendAsync(HttpMethod.Post, path, json, key, "application/json");

    public Task<Answer> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, null, key, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? key, string? contentType, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType!);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        headers?.Invoke(request.Headers);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? Code => Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public string? String(params string[] path) => path.Aggregate(Json, (element, name) => element.GetProperty(name)).GetString();
}
