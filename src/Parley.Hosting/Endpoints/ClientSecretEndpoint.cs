using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary><c>POST …/realtime/client_secrets</c>: a short-lived token for a browser, bound to a session configuration.</summary>
internal static class ClientSecretEndpoint
{
    private const int MaxBodyBytes = CallOffer.MaxSessionBytes;

    public static void Map(RouteGroupBuilder realtime) => realtime.MapPost("/client_secrets", CreateAsync);

    private static async Task<IResult> CreateAsync(HttpContext context, Admission admission, ClientSecrets secrets, SessionFactory sessions)
    {
        if (!admission.TryIdentifyKey(context.Request, out var caller, out var refusal)) return refusal;
        var text = await LimitedBody.ReadTextAsync(context.Request.Body, MaxBodyBytes, context.RequestAborted);
        if (text is null) return ApiError.TooLarge("The body", MaxBodyBytes);

        JsonDocument body;
        try
        {
            body = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        }
        catch (JsonException exception)
        {
            return ApiError.Invalid("invalid_json", "The body is not JSON: " + exception.Message);
        }
        using (body) return Create(body.RootElement, caller, secrets, sessions);
    }

    private static IResult Create(JsonElement body, Caller caller, ClientSecrets secrets, SessionFactory sessions)
    {
        if (body.ValueKind != JsonValueKind.Object) return ApiError.Invalid("invalid_type", "The body must be a JSON object.");
        if (!TryReadLifetime(body, out var lifetime))
            return ApiError.Invalid(
                "invalid_value",
                $"expires_after.seconds must be {ClientSecrets.ShortestLifetime.TotalSeconds:0} to {ClientSecrets.LongestLifetime.TotalSeconds:0}, and its anchor 'created_at'.",
                "expires_after");
        var sessionJson = body.TryGetProperty("session", out var session) ? session.GetRawText() : null;
        if (!sessions.TryCreate([sessionJson], out var call, out var error)) return ApiError.Invalid(error);
        if (!secrets.TryCreate(caller, sessionJson ?? "{}", lifetime, out var secret))
            return ApiError.Invalid(
                "session_too_large",
                $"This session does not fit into a token of {ClientTokenSeal.MaxLength} characters, for it is sealed into it. Keep what is large, such as long instructions or many tools, for session.update.",
                "session");

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("value", secret.Value);
            json.WriteNumber("expires_at", secret.ExpiresAt.ToUnixTimeSeconds());
            json.WritePropertyName("session");
            SessionFactory.Write(json, call);
            json.WriteEndObject();
        }
        return TypedResults.Bytes(buffer.WrittenMemory.ToArray(), "application/json");
    }

    private static bool TryReadLifetime(JsonElement body, out TimeSpan lifetime)
    {
        lifetime = ClientSecrets.DefaultLifetime;
        if (!body.TryGetProperty("expires_after", out var after) || after.ValueKind == JsonValueKind.Null) return true;
        if (after.ValueKind != JsonValueKind.Object) return false;
        if (after.TryGetProperty("anchor", out var anchor) && anchor.GetRawText() != "\"created_at\"") return false;
        if (!after.TryGetProperty("seconds", out var seconds)) return true;
        if (seconds.ValueKind != JsonValueKind.Number || !seconds.TryGetInt32(out var value)) return false;
        lifetime = TimeSpan.FromSeconds(value);
        return lifetime >= ClientSecrets.ShortestLifetime && lifetime <= ClientSecrets.LongestLifetime;
    }
}
