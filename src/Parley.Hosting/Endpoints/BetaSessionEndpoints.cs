using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary>
/// <c>POST …/realtime/sessions</c> and <c>…/transcription_sessions</c>: the same as client secrets, in the shapes of before general
/// availability, which older clients and samples still use.
/// </summary>
internal static class BetaSessionEndpoints
{
    public static Task<IResult> CreateSessionAsync(HttpContext context, Admission admission, ClientSecrets secrets, SessionFactory sessions) =>
        CreateAsync(context, admission, secrets, sessions, SessionForm.Beta);

    public static Task<IResult> CreateTranscriptionAsync(HttpContext context, Admission admission, ClientSecrets secrets, SessionFactory sessions) =>
        CreateAsync(context, admission, secrets, sessions, SessionForm.BetaTranscription);

    private static async Task<IResult> CreateAsync(
        HttpContext context, Admission admission, ClientSecrets secrets, SessionFactory sessions, SessionForm form)
    {
        var (request, refusal) = await TokenRequest.ReadAsync(context, admission);
        if (request is null) return refusal!;
        using (request)
        {
            var layer = new SessionLayer(request.Body.GetRawText(), form);
            if (!sessions.TryCreate([layer], model: null, out var call, out var error)) return ApiError.Invalid(error);
            // The lifetime stands in an object of its own here, which is no part of the session.
            var wish = request.Body.TryGetProperty("client_secret", out var given) && given.ValueKind == JsonValueKind.Object ? given : Nothing;
            if (request.TryCreate(secrets, layer, wish, "client_secret.", out var secret) is { } failure) return failure;
            return JsonAnswer.Of(json =>
            {
                var settings = call.Session.Settings;
                json.WriteString("id", TokenRequest.NewSessionId());
                json.WriteString("object", settings.ObjectName);
                settings.WriteBetaFields(json);
                json.WriteStartObject("client_secret");
                json.WriteString("value", secret!.Value);
                json.WriteNumber("expires_at", secret.ExpiresAt.ToUnixTimeSeconds());
                json.WriteEndObject();
            });
        }
    }

    private static readonly JsonElement Nothing = JsonElement.Parse("{}");
}
