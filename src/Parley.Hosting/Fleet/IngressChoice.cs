using System.Net;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Fleet;

/// <summary>
/// Which relays an answer names: the first one of the client's region, and another one as fallback; each with UDP before TCP. The client's own checks
/// choose between them.
/// </summary>
internal static class IngressChoice
{
    /// <summary>A name from the list of the operator's; any other is as good as none.</summary>
    public const string Header = "X-Parley-Region";

    /// <summary>More would only be more to check.</summary>
    private const int MaxNamed = 2;

    /// <summary>Null: the server has ports of its own, which it names itself.</summary>
    public static IReadOnlyList<TransportAddress>? For(HttpContext context, NodeConfig? node) =>
        For(context.Request.Headers[Header].ToString(), context.Connection.RemoteIpAddress, node);

    /// <param name="asked">The region that the request names; any text.</param>
    /// <param name="client">Null: not known.</param>
    public static IReadOnlyList<TransportAddress>? For(string asked, IPAddress? client, NodeConfig? node)
    {
        if (node is not { HasCalls: true }) return null;
        var region = node.Ingresses.Any(ingress => ingress.Region is not null && ingress.Region == asked) ? asked : node.Regions.RegionOf(client);
        return For(region, node.Ingresses);
    }

    /// <summary>In the operator's order, those of <paramref name="region"/> first.</summary>
    internal static IReadOnlyList<TransportAddress> For(string? region, IReadOnlyList<Ingress> ingresses)
    {
        Ingress[] named = [.. ingresses.OrderBy(ingress => region is null || ingress.Region == region ? 0 : 1).Take(MaxNamed)];
        return
        [
            .. named.Select(ingress => TransportAddress.From(ingress.Udp)),
            .. named.Where(ingress => ingress.Tcp is not null).Select(ingress => TransportAddress.From(ingress.Tcp!) with { Protocol = TransportProtocol.Tcp }),
        ];
    }
}
