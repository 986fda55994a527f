using System.Net;
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

    /// <param name="keys">Null: everyone may call.</param>
    public static async Task<LiveServer> StartAsync(ModelSet? models = null, SocketLimits? limits = null, ServerOptions? options = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(models ?? ScriptedModels.Create(new ScriptedRecognizer("Hello."), new ScriptedChat(said => $"You said {said}")));
        if (limits is not null) builder.Services.AddSingleton(limits);
        if (time is not null) builder.Services.AddSingleton(time);
        var app = ParleyServer.Build(builder, ParleyConfig.From(new ParleyOptions { Server = (options ?? new ServerOptions()) with { UdpListen = "127.0.0.1", UdpPort = 0 } }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LiveServer(app) { EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.First()).Port) };
    }

    public Uri Url(string query) => new($"ws://{EndPoint}/v1/realtime{query}");

    public async Task<SocketClient> ConnectAsync(string query = "?model=parley", string? key = null, params string[] protocols)
    {
        var client = await SocketClient.ConnectAsync(Url(query), key, protocols);
        _clients.Add(client);
        return client;
    }

    public async Task StopAsync() => await _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.DisposeAsync();
    }
}
