using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary>Every path of the API, in one place.</summary>
internal static class RealtimeEndpoints
{
    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints, string prefix)
    {
        var api = endpoints.MapGroup(prefix);
        Map(api, HttpMethods.Get, "/realtime", RealtimeSocketEndpoint.ConnectAsync);
        // HTTP/2 has no upgrade, but an extended CONNECT. (RFC 8441 §5)
        api.MapMethods("/realtime", [HttpMethods.Connect], RealtimeSocketEndpoint.ConnectAsync).WithMetadata(new RealtimeEndpointMark()).ExcludeFromDescription();
        Map(api, HttpMethods.Post, "/realtime/calls", CallEndpoints.CreateAsync);
        Map(api, HttpMethods.Post, "/realtime/calls/{id}", CallEndpoints.RenegotiateAsync);
        Map(api, HttpMethods.Post, "/realtime/calls/{id}/hangup", CallEndpoints.HangUpAsync);
        foreach (var verb in new[] { "accept", "reject", "refer" }) Map(api, HttpMethods.Post, "/realtime/calls/{id}/" + verb, CallEndpoints.RefuseSip);
        Map(api, HttpMethods.Post, "/realtime/client_secrets", ClientSecretEndpoint.CreateAsync);
        Map(api, HttpMethods.Post, "/realtime/sessions", BetaSessionEndpoints.CreateSessionAsync);
        Map(api, HttpMethods.Post, "/realtime/transcription_sessions", BetaSessionEndpoints.CreateTranscriptionAsync);
        Map(api, HttpMethods.Get, "/models", ModelEndpoints.List);
        Map(api, HttpMethods.Get, "/models/{id}", ModelEndpoints.Get);
        ((IEndpointConventionBuilder)api).Finally(endpoint => endpoint.RequestDelegate = Guarded(endpoints, endpoint.RequestDelegate!));
        return api;
    }

    /// <summary>A path, and the answer to browsers that ask whether they may use it: before they have shown who they are.</summary>
    private static void Map(RouteGroupBuilder api, string method, string path, Delegate handler)
    {
        api.MapMethods(path, [method], handler).WithMetadata(new RealtimeEndpointMark());
        api.MapMethods(path, [HttpMethods.Options], () => TypedResults.NoContent()).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    /// <summary>
    /// What an endpoint needs around it comes with it, so that an application has no middleware to add in the right order: the bodies of
    /// errors, the guard against foreign pages, CORS, WebSockets.
    /// </summary>
    private static RequestDelegate Guarded(IEndpointRouteBuilder endpoints, RequestDelegate endpoint)
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseMiddleware<ErrorBodies>();
        pipeline.UseMiddleware<BrowserGuard>();
        pipeline.UseCors(ParleyServiceExtensions.CorsPolicy);
        pipeline.UseWebSockets();
        pipeline.Run(endpoint);
        return pipeline.Build();
    }
}
