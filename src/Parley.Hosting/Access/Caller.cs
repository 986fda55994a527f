using Microsoft.AspNetCore.Http;

namespace Parley.Hosting.Access;

/// <summary>Who asks: the outcome of looking at a request's Authorization header.</summary>
/// <param name="SessionJson">The session bound to the client token; null when an API key, or none, was used.</param>
internal readonly record struct Caller(string? SessionJson)
{
    private const string Scheme = "Bearer ";

    /// <summary>Accepts a live client token anywhere, and an API key (or, when none is configured, anything).</summary>
    public static bool TryIdentify(HttpRequest request, ApiKeys keys, ClientSecrets secrets, out Caller caller, out string problem)
    {
        caller = default;
        problem = "";
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
        if (header.Length > 0 && token is null)
            problem = "The Authorization header is not 'Bearer <key>'.";
        else if (token?.StartsWith(ClientSecrets.Prefix, StringComparison.Ordinal) == true)
        {
            if (secrets.TryFind(token, out var session)) caller = new Caller(session);
            else problem = "This client secret is unknown or has expired. Ask POST /v1/realtime/client_secrets for a new one.";
        }
        else if (!keys.Accept(token))
            problem = token is null
                ? "An API key is needed: send 'Authorization: Bearer <key>'."
                : "This API key is not known here.";
        return problem.Length == 0;
    }
}
