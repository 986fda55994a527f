using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Parley.Hosting.Access;

/// <summary>
/// Short-lived client tokens (<c>ek_…</c>), each bound to a session configuration. A token may open several calls until it
/// expires. Kept in memory, by the hash of the token. Thread-safe.
/// </summary>
internal sealed class ClientSecrets(TimeProvider clock, int capacity = 10_000)
{
    public const string Prefix = "ek_";

    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Makes a token for <paramref name="sessionJson"/>; null when too many live ones are out.</summary>
    public ClientSecret? Create(string sessionJson, TimeSpan lifetime)
    {
        DropExpired();
        if (_entries.Count >= capacity) return null;
        var value = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var expiresAt = clock.GetUtcNow() + lifetime;
        _entries[Hash(value)] = new Entry(sessionJson, expiresAt);
        return new ClientSecret(value, expiresAt);
    }

    /// <summary>The session configuration of a live token.</summary>
    public bool TryFind(string value, out string sessionJson)
    {
        var found = _entries.TryGetValue(Hash(value), out var entry) && entry.ExpiresAt > clock.GetUtcNow();
        sessionJson = found ? entry.SessionJson : "";
        return found;
    }

    private void DropExpired()
    {
        var now = clock.GetUtcNow();
        foreach (var (hash, entry) in _entries)
            if (entry.ExpiresAt <= now) _entries.TryRemove(hash, out _);
    }

    private static string Hash(string value) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(value)));

    private readonly record struct Entry(string SessionJson, DateTimeOffset ExpiresAt);
}

/// <param name="Value">The token itself: shown once, to whoever asked for it.</param>
internal sealed record ClientSecret(string Value, DateTimeOffset ExpiresAt);
