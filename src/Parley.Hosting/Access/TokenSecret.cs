using System.Security.Cryptography;
using System.Text;

namespace Parley.Hosting.Access;

/// <summary>The keys that client tokens are sealed with. The first one seals, each opens: so a secret is changed without a gap.</summary>
internal sealed class TokenSecret
{
    /// <summary>Characters. A shorter text could be found by trying, from one token.</summary>
    public const int MinLength = 32;

    /// <summary>Bytes: AES-256.</summary>
    private const int KeyLength = 32;

    private readonly byte[][] _keys;

    private TokenSecret(byte[][] keys) => _keys = keys;

    public ReadOnlyMemory<byte> Newest => _keys[0];

    public IEnumerable<ReadOnlyMemory<byte>> All => _keys.Select(key => (ReadOnlyMemory<byte>)key);

    /// <summary>For one process, while it lives.</summary>
    public static TokenSecret Random() => new([RandomNumberGenerator.GetBytes(KeyLength)]);

    /// <summary>Derives the keys from texts that several nodes share. (RFC 5869)</summary>
    public static TokenSecret From(IReadOnlyList<string> texts) => new(
        [.. texts.Select(text => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), KeyLength, info: Encoding.ASCII.GetBytes("parley client secret v1")))]);
}
