using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Hosting.Access;

/// <summary>
/// Turns a <see cref="ClientToken"/> into the text <c>ek_…</c> and back. Sealed by AES-256-GCM rather than signed: a session holds
/// instructions and the credentials of MCP servers, which the browser that gets the token is not to read. The token is all there is:
/// every node with the same secret opens it, and none keeps anything.
/// </summary>
/// <remarks>Base64url of: version (1 byte), nonce (12), sealed text, tag (16). The version is authenticated, too.</remarks>
internal sealed class ClientTokenSeal(TokenSecret secret)
{
    public const string Prefix = "ek_";

    /// <summary>Characters. Proxies take header lines of 8 KiB, name and scheme included.</summary>
    public const int MaxLength = 8000;

    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + NonceLength;

    /// <summary>Key id, expiry in Unix seconds, form of the session, length of the safety identifier.</summary>
    private const int FixedLength = 8 + 8 + 1 + 2;

    /// <summary>False: the session is so large that the token would not fit into a header.</summary>
    public bool TrySeal(ClientToken token, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var plain = Write(token);
        var bytes = new byte[HeaderLength + plain.Length + TagLength];
        if (Prefix.Length + Base64Url.GetEncodedLength(bytes.Length) > MaxLength) return false;
        bytes[0] = Version;
        var nonce = bytes.AsSpan(1, NonceLength);
        // 96 random bits: repeats are not to be expected below 2^32 tokens of one secret. (NIST SP 800-38D §8.3)
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(secret.Newest.Span, TagLength);
        aes.Encrypt(nonce, plain, bytes.AsSpan(HeaderLength, plain.Length), bytes.AsSpan(HeaderLength + plain.Length), bytes.AsSpan(0, 1));
        text = Prefix + Base64Url.EncodeToString(bytes);
        return true;
    }

    /// <summary>False: it was not made with this secret, or was changed.</summary>
    public bool TryOpen(string text, [NotNullWhen(true)] out ClientToken? token)
    {
        token = null;
        if (text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var encoded = text.AsSpan(Prefix.Length);
        if (!Base64Url.IsValid(encoded, out var length) || length < HeaderLength + FixedLength + TagLength) return false;
        var bytes = Base64Url.DecodeFromChars(encoded);
        if (bytes[0] != Version) return false;
        var plain = new byte[bytes.Length - HeaderLength - TagLength];
        foreach (var key in secret.All)
        {
            if (!TryDecrypt(key.Span, bytes, plain)) continue;
            token = Read(plain);
            return true;
        }
        return false;
    }

    private static bool TryDecrypt(ReadOnlySpan<byte> key, byte[] bytes, byte[] plain)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(bytes.AsSpan(1, NonceLength), bytes.AsSpan(HeaderLength, plain.Length), bytes.AsSpan(HeaderLength + plain.Length), plain, bytes.AsSpan(0, 1));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Write(ClientToken token)
    {
        var user = token.SafetyIdentifier is { } named ? Encoding.UTF8.GetBytes(named.Reveal()) : [];
        using var plain = new MemoryStream();
        Span<byte> start = stackalloc byte[FixedLength];
        BinaryPrimitives.WriteUInt64BigEndian(start, token.KeyId);
        BinaryPrimitives.WriteInt64BigEndian(start[8..], token.ExpiresAt.ToUnixTimeSeconds());
        start[16] = (byte)token.Session.Form;
        BinaryPrimitives.WriteUInt16BigEndian(start[17..], (ushort)user.Length);
        plain.Write(start);
        plain.Write(user);
        using (var brotli = new BrotliStream(plain, CompressionLevel.Optimal, leaveOpen: true)) brotli.Write(Encoding.UTF8.GetBytes(token.Session.Json));
        return plain.ToArray();
    }

    /// <summary>Reads what a node with the same secret wrote: it is authentic, and as long as what was let in.</summary>
    private static ClientToken Read(ReadOnlySpan<byte> plain)
    {
        var userLength = BinaryPrimitives.ReadUInt16BigEndian(plain[17..]);
        var user = Encoding.UTF8.GetString(plain.Slice(FixedLength, userLength));
        using var packed = new MemoryStream(plain[(FixedLength + userLength)..].ToArray());
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(brotli, Encoding.UTF8);
        return new ClientToken(
            BinaryPrimitives.ReadUInt64BigEndian(plain), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(plain[8..])),
            new SessionLayer(reader.ReadToEnd(), (SessionForm)plain[16]), userLength > 0 ? new Pii<string>(user) : null);
    }
}
