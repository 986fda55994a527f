using System.Diagnostics.CodeAnalysis;

namespace Parley.Hosting.Access;

/// <summary>
/// Short-lived client tokens (<c>ek_…</c>), each bound to a session configuration and to the key that made it: when the key is
/// gone, so are they. A token may open several calls until it expires; they count for its key. Thread-safe.
/// </summary>
internal sealed class ClientSecrets(ClientTokenSeal seal, ApiKeys keys, TimeProvider clock)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(2);

    /// <summary>False: the session is too large for a token.</summary>
    public bool TryCreate(Caller maker, SessionLayer session, TimeSpan lifetime, [NotNullWhen(true)] out ClientSecret? secret)
    {
        // The seal keeps whole seconds, and so does the API.
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + lifetime).ToUnixTimeSeconds());
        secret = seal.TrySeal(new ClientToken(maker.Key.Id, expiresAt, session, maker.SafetyIdentifier), out var value)
            ? new ClientSecret(value, expiresAt)
            : null;
        return secret is not null;
    }

    /// <summary>Who calls by this token; otherwise why it does not do.</summary>
    public bool TryOpen(string value, [NotNullWhen(true)] out Caller? caller, [NotNullWhen(false)] out string? problem)
    {
        (caller, problem) = (null, null);
        if (!seal.TryOpen(value, out var token))
            problem = "This client secret is not known here. Ask POST /v1/realtime/client_secrets for a new one.";
        else if (token.ExpiresAt <= clock.GetUtcNow())
            problem = "This client secret has expired. Ask POST /v1/realtime/client_secrets for a new one.";
        else if (!keys.TryFind(token.KeyId, out var key))
            problem = "The API key that made this client secret is no longer accepted.";
        else
            caller = new Caller(key, token.Session, token.SafetyIdentifier);
        return caller is not null;
    }
}

/// <param name="Value">The token itself: shown once, to whoever asked for it.</param>
internal sealed record ClientSecret(string Value, DateTimeOffset ExpiresAt);
