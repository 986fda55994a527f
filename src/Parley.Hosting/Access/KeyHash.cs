using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Hosting.Access;

/// <summary>
/// What is kept of a key: its SHA-256. Without salt and stretching, because keys are long random texts (see <see cref="MinKeyLength"/>)
/// that no dictionary holds, and a slow hash at each request would be a gift to whoever floods the server.
/// </summary>
public sealed class KeyHash
{
    /// <summary>Characters. Shorter keys are not hashed: they could be found by trying.</summary>
    public const int MinKeyLength = 20;

    private const string Prefix = "sha256:";

    private readonly byte[] _bytes;

    private KeyHash(byte[] bytes) => _bytes = bytes;

    internal ReadOnlyMemory<byte> Bytes => _bytes;

    public static KeyHash Of(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Makes a key of 256 random bits, in characters that every header takes.</summary>
    public static string NewKey() => "pk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyHash? hash)
    {
        hash = null;
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var bytes = new byte[SHA256.HashSizeInBytes];
        if (Convert.FromHexString(text.AsSpan(Prefix.Length), bytes, out var consumed, out var written) != System.Buffers.OperationStatus.Done) return false;
        if (written != bytes.Length || consumed != bytes.Length * 2 || text.Length != Prefix.Length + consumed) return false;
        hash = new KeyHash(bytes);
        return true;
    }

    /// <summary>In constant time.</summary>
    public bool Matches(KeyHash other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);
    }

    public override string ToString() => Prefix + Convert.ToHexStringLower(_bytes);
}
