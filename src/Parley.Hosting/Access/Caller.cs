using System.Security.Cryptography;
using System.Text;

namespace Parley.Hosting.Access;

/// <summary>Who asks.</summary>
/// <param name="Key">What they may do, and what they have used.</param>
/// <param name="Session">The session bound to their client token; null when an API key, or none, was used.</param>
/// <param name="SafetyIdentifier">The end user, named by a backend; null: not named.</param>
internal sealed record Caller(ApiKey Key, SessionLayer? Session, Pii<string>? SafetyIdentifier)
{
    /// <summary>A token calls. It makes no tokens and attaches to no calls.</summary>
    public bool IsClient => Session is not null;

    /// <summary>Names the caller where a session is kept: the key, and the end user whom its backend named. The same for a token made by the key later.</summary>
    public string Owner => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Key.Id:x16}/{SafetyIdentifier?.Reveal()}")));
}
