using System.Diagnostics.CodeAnalysis;

namespace Parley.Hosting.Access;

/// <summary>
/// The keys that may open calls. With none configured everyone is let in, whatever they bring: that is for loopback, and for
/// applications that ask for credentials of their own. Compared in constant time, kept as hashes. Thread-safe.
/// </summary>
/// <param name="anyone">Stands for everyone where there are no keys.</param>
internal sealed class ApiKeys(IReadOnlyList<ApiKey> keys, ApiKey anyone)
{
    public bool AreNeeded => keys.Count > 0;

    public bool TryFind(string? key, [NotNullWhen(true)] out ApiKey? found)
    {
        found = AreNeeded ? null : anyone;
        if (found is not null || key is null) return found is not null;
        var hash = KeyHash.Of(key);
        // To the last one, so that the time tells nothing.
        foreach (var known in keys)
            if (known.Hash.Matches(hash)) found = known;
        return found is not null;
    }

    /// <summary>The key that once had this id; false when it is gone.</summary>
    public bool TryFind(ulong id, [NotNullWhen(true)] out ApiKey? found)
    {
        found = AreNeeded ? keys.FirstOrDefault(key => key.Id == id) : id == anyone.Id ? anyone : null;
        return found is not null;
    }
}
