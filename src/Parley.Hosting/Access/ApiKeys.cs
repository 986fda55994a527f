using System.Security.Cryptography;
using System.Text;

namespace Parley.Hosting.Access;

/// <summary>
/// The keys that may open calls. With none configured every key is accepted, and so is none: that is for loopback, and a
/// server on another address refuses to start without keys. Compared in constant time, kept as hashes. Thread-safe.
/// </summary>
internal sealed class ApiKeys(IEnumerable<string> keys)
{
    private readonly byte[][] _hashes = [.. keys.Select(Hash)];

    public bool Accept(string? key)
    {
        if (_hashes.Length == 0) return true;
        if (key is null) return false;
        var hash = Hash(key);
        var accepted = false;
        foreach (var known in _hashes) accepted |= CryptographicOperations.FixedTimeEquals(known, hash);
        return accepted;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
