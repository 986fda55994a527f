using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary><c>POST …/realtime/client_secrets</c>: a short-lived token for a browser, bound to a session configuration.</summary>
internal static class ClientSecretEndpoint
{
    public static async Task<IResult> CreateAsync(HttpContext context, Admission admission, ClientSecrets secrets, SessionFactory sessions)
    {
        var (request, refusal) = await TokenRequest.ReadAsync(context, admission);
        if (request is null) return refusal!;
        using (request)
        {
            var layer = new SessionLayer(request.Body.TryGetProperty("session", out var session) ? session.GetRawText() : "{}");
            if (!sessions.TryCreate([layer], model: null, out var call, out var error)) return ApiError.Invalid(error);
            if (request.TryCreate(secrets, layer, request.Body, "", out var secret) is { } failure) return failure;
            return JsonAnswer.Of(json =>
            {
                var settings = call.Session.Settings;
                json.WriteString("value", secret!.Value);
                json.WriteNumber("expires_at", secret.ExpiresAt.ToUnixTimeSeconds());
                json.WriteStartObject("session");
                json.WriteString("type", settings.TypeName);
                json.WriteString("object", settings.ObjectName);
                json.WriteString("id", TokenRequest.NewSessionId());
                settings.WriteFields(json);
                json.WriteEndObject();
            });
        }
    }
}
