using Microsoft.AspNetCore.Http;
using Parley.Hosting.Configuration;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>
/// Keeps what is between nodes apart from what is for clients: the private port serves nothing but <see cref="CallService"/>, to those alone who have the
/// fleet's keys; and no other port serves that.
/// </summary>
internal sealed class NodeDoor(RequestDelegate next, NodeConfig self, NodeToken token)
{
    public const string ServicePath = "/parley.fleet.v1.Calls";

    /// <summary>It came from a node: what guards against pages and their host names is not for it.</summary>
    public static bool WasPassedBy(HttpContext context) => context.Features.Get<NodeConnection>() is not null;

    private readonly CallId _self = new(self.Cluster, self.Node);

    public Task InvokeAsync(HttpContext context)
    {
        var isOfNode = WasPassedBy(context);
        var isForNode = context.Request.Path.StartsWithSegments(ServicePath, StringComparison.Ordinal);
        if (isOfNode != isForNode) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (isOfNode && !token.Holds(context.Request.Headers[NodeToken.Header], _self)) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else return next(context);
        return Task.CompletedTask;
    }
}

/// <summary>Marks connections that came in at the private port.</summary>
internal sealed class NodeConnection
{
    public static readonly NodeConnection Mark = new();
}
