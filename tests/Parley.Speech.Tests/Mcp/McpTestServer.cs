using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using McpServer = Parley.Conversation.McpServer;

namespace Parley.Speech.Tests.Mcp;

/// <summary>The package's own MCP server on loopback, with tools of the test.</summary>
internal sealed class McpTestServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private McpTestServer(WebApplication application) => _application = application;

    /// <summary>What came with the requests, by header.</summary>
    public List<Dictionary<string, string>> Headers { get; } = [];

    /// <summary>The session that comes next is not known any more, as after a restart.</summary>
    public bool ForgetsNextSession { get; set; }

    public McpServer Named(string label = "shop", string? authorization = null, params IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(label, new Uri($"{_application.Urls.Single()}/mcp"), authorization, headers);

    /// <param name="isStateless">False: the server keeps sessions, and wants its clients to name theirs.</param>
    public static async Task<McpTestServer> StartAsync(bool isStateless, params McpServerTool[] tools)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = isStateless).WithTools(tools);
        var application = builder.Build();
        var server = new McpTestServer(application);
        application.Use(async (context, next) =>
        {
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            lock (server.Headers) server.Headers.Add(headers);
            if (server.ForgetsNextSession && headers.ContainsKey("Mcp-Session-Id"))
            {
                server.ForgetsNextSession = false;
                context.Response.StatusCode = 404;
                return;
            }
            await next(context);
        });
        application.MapMcp("/mcp");
        await application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static McpServerTool Tool(string name, Delegate method, bool isReadOnly = false) =>
        McpServerTool.Create(method, new McpServerToolCreateOptions { Name = name, Description = $"Can {name}.", ReadOnly = isReadOnly });

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
