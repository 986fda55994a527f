using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Speech;
using Parley.Transceiver;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>The whole server on loopback, with models that follow a script.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<SocketClient> _clients = [];

    private LiveServer(WebApplication app) => _app = app;

    public CallTransceiver Transceiver => _app.Services.GetRequiredService<CallTransceiver>();

    public IPEndPoint EndPoint { get; private init; } = null!;

    public static async Task<LiveServer> StartAsync(ModelSet? models = null, SocketLimits? limits = null, ServerOptions? options = null, TimeProvider? time = null, CallLog? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(models ?? ScriptedModels.Create(new ScriptedRecognizer("Hello."), new ScriptedChat(said => $"You said {said}")));
        if (limits is not null) builder.Services.AddSingleton(limits);
        if (time is not null) builder.Services.AddSingleton(time);
        options ??= new ServerOptions();
        // A node's ports are the relays'.
        if (options.Roles is null) options = options with { UdpListen = "127.0.0.1", UdpPort = 0 };
        var app = ParleyServer.Build(builder, ParleyConfig.From(new ParleyOptions { Server = options }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LiveServer(app)
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.First()).Port),
            NodeApi = app.Urls.Skip(1).Select(url => new Uri(url)).FirstOrDefault(),
        };
    }

    /// <summary>Where other nodes ask; null: nowhere.</summary>
    public Uri? NodeApi { get; private init; }

    public Uri Url(string query) => new($"ws://{EndPoint}/v1/realtime{query}");

    public async Task<SocketClient> ConnectAsync(string query = "?model=parley", string? key = null, params string[] protocols)
    {
        var client = await SocketClient.ConnectAsync(Url(query), key, protocols);
        _clients.Add(client);
        return client;
    }

    /// <summary>Asks for an upgrade that is refused: with which status, and which code in the error body.</summary>
    public async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(string query, string? key = null, string? origin = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{EndPoint}/v1/realtime{query}"));
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")])
            request.Headers.TryAddWithoutValidation(name, value);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, body.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    public async Task StopAsync() => await _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.DisposeAsync();
    }
}
