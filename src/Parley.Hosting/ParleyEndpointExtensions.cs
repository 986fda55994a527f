using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Hosting.Access;
using Parley.Hosting.Endpoints;

namespace Parley.Hosting;

/// <summary>Parley's endpoints in someone's application.</summary>
public static class ParleyEndpointExtensions
{
    /// <summary>
    /// Maps the Realtime API below <paramref name="prefix"/>, over HTTP and WebSocket. Each endpoint brings what it needs around it, so there is no
    /// middleware to add and no order to keep; what the application itself has in front, such as authentication, comes first.
    /// </summary>
    /// <remarks>
    /// Who may call is up to Parley's API keys (<c>server.keys</c>), or to the application: <c>MapRealtime().RequireAuthorization()</c>. Where
    /// neither asks for anything, the host starts on loopback only. Pages of other origins than the application's own are named in <c>server.origins</c>.
    /// </remarks>
    /// <returns>For conventions that hold for all of these endpoints.</returns>
    /// <exception cref="InvalidOperationException"><c>services.AddParley(…)</c> is missing.</exception>
    public static IEndpointConventionBuilder MapRealtime(this IEndpointRouteBuilder endpoints, string prefix = "/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<Admission>() is null)
            throw new InvalidOperationException("MapRealtime needs Parley's services: call builder.Services.AddParley(…) before builder.Build().");
        return RealtimeEndpoints.Map(endpoints, prefix);
    }
}
