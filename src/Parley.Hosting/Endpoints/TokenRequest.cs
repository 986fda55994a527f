using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary>What the three endpoints have in common that make a client token: who may ask, the body, its lifetime.</summary>
internal sealed class TokenRequest(Caller caller, JsonDocument document) : IDisposable
{
    private const int MaxBodyBytes = CallOffer.MaxSessionBytes;
    private const int IdLength = 20;

    public JsonElement Body => document.RootElement;

    /// <summary>Reads the body, an object or nothing; on failure the answer to give.</summary>
    public static async Task<(TokenRequest? Request, ApiError? Refusal)> ReadAsync(HttpContext context, Admission admission)
    {
        if (!admission.TryIdentifyKey(context.Request, out var caller, out var refusal)) return (null, refusal);
        var text = await LimitedBody.ReadTextAsync(context.Request.Body, MaxBodyBytes, context.RequestAborted);
        if (text is null) return (null, ApiError.TooLarge("The body", MaxBodyBytes));
        try
        {
            var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return (new TokenRequest(caller, document), null);
            document.Dispose();
            return (null, ApiError.Invalid("invalid_type", "The body must be a JSON object."));
        }
        catch (JsonException exception)
        {
            return (null, ApiError.Invalid("invalid_json", "The body is not JSON: " + exception.Message));
        }
    }

    /// <summary>Makes the token; on failure the answer to give.</summary>
    /// <param name="holder">The object that may have <c>expires_after</c>.</param>
    /// <param name="path">What that object is called, with a dot, in errors.</param>
    public ApiError? TryCreate(ClientSecrets secrets, SessionLayer session, JsonElement holder, string path, out ClientSecret? secret)
    {
        secret = null;
        if (!TryReadLifetime(holder, out var lifetime))
            return ApiError.Invalid(
                "invalid_value",
                $"{path}expires_after.seconds must be {ClientSecrets.ShortestLifetime.TotalSeconds:0} to {ClientSecrets.LongestLifetime.TotalSeconds:0}, and its anchor 'created_at'.",
                path + "expires_after");
        return secrets.TryCreate(caller, session, lifetime, out secret)
            ? null
            : ApiError.Invalid(
                "session_too_large",
                $"This session does not fit into a token of {ClientTokenSeal.MaxLength} characters, for it is sealed into it. Keep what is large, such as long instructions or many tools, for session.update.",
                "session");
    }

    /// <summary>An id for a session that nobody has begun yet.</summary>
    public static string NewSessionId() => "sess_" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", IdLength);

    public void Dispose() => document.Dispose();

    private static bool TryReadLifetime(JsonElement holder, out TimeSpan lifetime)
    {
        lifetime = ClientSecrets.DefaultLifetime;
        if (!holder.TryGetProperty("expires_after", out var after) || after.ValueKind == JsonValueKind.Null) return true;
        if (after.ValueKind != JsonValueKind.Object) return false;
        if (after.TryGetProperty("anchor", out var anchor) && anchor.GetRawText() != "\"created_at\"") return false;
        if (!after.TryGetProperty("seconds", out var seconds)) return true;
        if (seconds.ValueKind != JsonValueKind.Number || !seconds.TryGetInt32(out var value)) return false;
        lifetime = TimeSpan.FromSeconds(value);
        return lifetime >= ClientSecrets.ShortestLifetime && lifetime <= ClientSecrets.LongestLifetime;
    }
}
