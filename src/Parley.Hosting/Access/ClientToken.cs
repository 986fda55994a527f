namespace Parley.Hosting.Access;

/// <summary>What a client token holds.</summary>
/// <param name="KeyId">The key that made it.</param>
/// <param name="Session">The session that its calls begin with.</param>
/// <param name="SafetyIdentifier">The end user, as the maker of the token named them; null: not named.</param>
internal sealed record ClientToken(ulong KeyId, DateTimeOffset ExpiresAt, SessionLayer Session, Pii<string>? SafetyIdentifier);
