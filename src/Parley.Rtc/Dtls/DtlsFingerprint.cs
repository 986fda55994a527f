using System.Globalization;
using System.Security.Cryptography;

namespace Parley.Rtc.Dtls;

/// <summary>A certificate's hash as SDP's fingerprint attribute gives it. (RFC 8122 §5)</summary>
public sealed class DtlsFingerprint : IEquatable<DtlsFingerprint>
{
    private readonly HashAlgorithmName _algorithm;
    private readonly byte[] _hash;

    private DtlsFingerprint(HashAlgorithmName algorithm, byte[] hash)
    {
        _algorithm = algorithm;
        _hash = hash;
    }

    /// <summary>
    /// Reads <c>sha-256</c>, <c>sha-384</c> or <c>sha-512</c> (any case) and colon-separated hexadecimal bytes. Hashes that
    /// can be forged (sha-1, md5) are refused, so that a description offering nothing else fails before the handshake.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> algorithm, ReadOnlySpan<char> value, out DtlsFingerprint? fingerprint)
    {
        fingerprint = null;
        var (name, length) = algorithm switch
        {
            _ when algorithm.Equals("sha-256", StringComparison.OrdinalIgnoreCase) => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ when algorithm.Equals("sha-384", StringComparison.OrdinalIgnoreCase) => (HashAlgorithmName.SHA384, SHA384.HashSizeInBytes),
            _ when algorithm.Equals("sha-512", StringComparison.OrdinalIgnoreCase) => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
            _ => default,
        };
        if (length == 0 || value.Length != 3 * length - 1) return false;
        var hash = new byte[length];
        for (var i = 0; i < length; i++)
        {
            if (i > 0 && value[3 * i - 1] != ':') return false;
            if (!byte.TryParse(value.Slice(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash[i])) return false;
        }
        fingerprint = new DtlsFingerprint(name, hash);
        return true;
    }

    /// <summary>Reads the whole attribute value, such as <c>sha-256 AB:CD:…</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> attribute, out DtlsFingerprint? fingerprint)
    {
        fingerprint = null;
        var space = attribute.IndexOf(' ');
        return space > 0 && TryParse(attribute[..space], attribute[(space + 1)..].Trim(), out fingerprint);
    }

    /// <summary>Upper-case hexadecimal bytes with colons between.</summary>
    public static string Format(ReadOnlySpan<byte> hash)
    {
        var hex = Convert.ToHexString(hash);
        return string.Create(3 * hash.Length - 1, hex, static (text, hex) =>
        {
            text.Fill(':');
            for (var i = 0; i < hex.Length / 2; i++) hex.AsSpan(2 * i, 2).CopyTo(text[(3 * i)..]);
        });
    }

    /// <summary>Whether this is the fingerprint of a certificate in DER form.</summary>
    public bool Matches(ReadOnlySpan<byte> certificate) =>
        CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(_algorithm, certificate), _hash);

    public bool Equals(DtlsFingerprint? other) => other is not null && _algorithm == other._algorithm && _hash.AsSpan().SequenceEqual(other._hash);

    public override bool Equals(object? obj) => Equals(obj as DtlsFingerprint);

    public override int GetHashCode() => BitConverter.ToInt32(_hash);
}
