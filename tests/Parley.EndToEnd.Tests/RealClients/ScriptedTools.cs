using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>An MCP server over streamable HTTP with two tools: one that works, and one that does not.</summary>
internal sealed class ScriptedTools : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedTools(WebApplication app) => _app = app;

    public Uri Url => new($"{_app.Urls.Single()}/mcp");

    public static async Task<ScriptedTools> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = true).WithTools(
        [
            McpServerTool.Create((string zone) => $"sunny in {zone}", new McpServerToolCreateOptions { Name = "weather", Description = "Tells the weather." }),
            McpServerTool.Create((string zone) => Fail(zone), new McpServerToolCreateOptions { Name = "broken", Description = "Does not work." }),
        ]);
        var app = builder.Build();
        app.MapMcp("/mcp");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ScriptedTools(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Fail(string zone) => throw new InvalidOperationException($"It never works in {zone}.");
}
