using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Net.Routes;

namespace Parley.Hosting.Fleet;

/// <summary>What a node of a fleet has beside what every server has.</summary>
internal static class FleetServices
{
    public static void Add(IServiceCollection services, NodeConfig? node)
    {
        services.AddSingleton(provider => new NodeLinks(
            node, node is null ? null : provider.GetRequiredService<NodeToken>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NodeLinks>>()));
        services.AddHostedService(provider => provider.GetRequiredService<NodeLinks>());
        if (node is null) return;
        services.AddSingleton(node);
        services.AddSingleton(provider => new NodeKeys(node.RouteKeysFile, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NodeKeys>>()));
        services.AddSingleton(provider =>
        {
            var keys = provider.GetRequiredService<NodeKeys>();
            return new NodeToken(() => keys.Current, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(provider => new RouteSealer(
            provider.GetRequiredService<NodeKeys>().Current, provider.GetRequiredService<TimeProvider>(), Net.SystemRandomSource.Instance));
        services.AddGrpc();
    }

    /// <summary>The private port, where there is one: HTTP/2 without TLS, which the network it is on is for.</summary>
    public static void Listen(KestrelServerOptions kestrel, NodeConfig? node)
    {
        if (node?.Api is not { } api) return;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
        kestrel.Listen(api, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection =>
            {
                connection.Features.Set(NodeConnection.Mark);
                return next(connection);
            });
        });
    }

    /// <summary>Before everything else of the pipeline.</summary>
    public static void Guard(WebApplication app, NodeConfig? node)
    {
        if (node is not null) app.UseMiddleware<NodeDoor>();
    }

    public static void Map(WebApplication app, NodeConfig? node)
    {
        if (node?.Api is not null) app.MapGrpcService<CallService>();
    }
}
