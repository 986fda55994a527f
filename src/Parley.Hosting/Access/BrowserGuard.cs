using Microsoft.AspNetCore.Http;

namespace Parley.Hosting.Access;

/// <summary>Middleware: a request under a foreign host name, or from a page of a foreign origin, goes no further.</summary>
/// <param name="embedded">Null: the server is Parley's own.</param>
internal sealed class BrowserGuard(OriginPolicy policy, ApiKeys keys, EmbeddedMark? embedded = null) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!policy.AllowsHost(request.Host.Host) && ChecksHost(context))
            return ApiError.Invalid(
                "unknown_host", "This server is not known by that host name. Its operator can add it to server.hosts.",
                status: StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
        // Without this a foreign page could still start calls: a form post needs no preflight. It just could not read the answer.
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !HttpMethods.IsOptions(request.Method) && !IsOwn(origin, request) && !policy.AllowsOrigin(origin))
            return ApiError.Invalid(
                "origin_not_allowed", "Pages of this origin may not call this server. Its operator can add the origin to server.origins.",
                status: StatusCodes.Status403Forbidden).ExecuteAsync(context);
        return next(context);
    }

    /// <summary>
    /// A page that reaches the server under a name of its own has no credentials here. So an application that asks for some, and has
    /// names that Parley does not know, is spared the list of them.
    /// </summary>
    private bool ChecksHost(HttpContext context) =>
        embedded is null || !(HttpMethods.IsOptions(context.Request.Method) || keys.AreNeeded || (context.GetEndpoint() is { } endpoint && OpenDoorGuard.IsGuarded(endpoint)));

    private static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
