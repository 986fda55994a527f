using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Hosting.Access;
using Parley.Hosting.Endpoints;

namespace Parley.Hosting;

/// <summary>Parley in an ASP.NET Core application: <c>services.AddParley(…)</c>, <c>app.UseParley()</c>, <c>app.MapRealtime()</c>.</summary>
public static class ParleyApplicationExtensions
{
    internal const string CorsPolicy = "parley";

    /// <summary>
    /// Keeps foreign host names and origins out, answers preflights, and gives every failure below <paramref name="prefix"/>
    /// the API's error body. Before any endpoint.
    /// </summary>
    public static IApplicationBuilder UseParley(this IApplicationBuilder app, string prefix = "/v1")
    {
        app.UseMiddleware<ErrorBodies>(new PathString(prefix));
        app.UseMiddleware<BrowserGuard>();
        app.UseCors(CorsPolicy);
        return app;
    }

    /// <summary>The Realtime API below <paramref name="prefix"/>, and <c>/healthz</c>.</summary>
    public static IEndpointRouteBuilder MapRealtime(this IEndpointRouteBuilder endpoints, string prefix = "/v1")
    {
        var realtime = endpoints.MapGroup(prefix + "/realtime");
        CallEndpoints.Map(realtime);
        ClientSecretEndpoint.Map(realtime);
        HealthEndpoint.Map(endpoints);
        return endpoints;
    }
}
