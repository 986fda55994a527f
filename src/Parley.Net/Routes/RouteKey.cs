using System.Security.Cryptography;

namespace Parley.Net.Routes;

/// <summary>
/// One secret that relays and transceivers share, and the keys derived from it, each for one purpose (RFC 5869). Immutable.
/// </summary>
public sealed class RouteKey
{
    /// <summary>Ids are four bits.</summary>
    public const int MaxId = 15;

    /// <summary>Bytes.</summary>
    public const int SecretLength = 32;

    /// <summary>AES-256.</summary>
    private const int SealKeyLength = 32;

    /// <summary>HMAC-SHA-256: no shorter than its output. (RFC 2104 §3)</summary>
    private const int PasswordKeyLength = 32;

    /// <summary>SipHash's.</summary>
    private const int InnerKeyLength = 16;

    private readonly byte[] _secret;
    private readonly byte[] _sealKey;
    private readonly byte[] _passwordKey;
    private readonly byte[] _innerKey;

    /// <param name="id">0 to <see cref="MaxId"/>.</param>
    /// <param name="secret"><see cref="SecretLength"/> random bytes; copied.</param>
    /// <param name="notBefore">When sealing begins. Routes are opened before it, too: clocks differ.</param>
    /// <param name="retireAfter">From when on nothing is opened with it; null: not yet known.</param>
    public RouteKey(int id, ReadOnlySpan<byte> secret, DateTimeOffset notBefore, DateTimeOffset? retireAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, MaxId);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength, nameof(secret));
        Id = id;
        NotBefore = notBefore;
        RetireAfter = retireAfter;
        _secret = secret.ToArray();
        _sealKey = Derive(_secret, "parley route seal v1"u8, SealKeyLength);
        _passwordKey = Derive(_secret, "parley ice password v1"u8, PasswordKeyLength);
        _innerKey = Derive(_secret, "parley inner header v1"u8, InnerKeyLength);
    }

    public int Id { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset? RetireAfter { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>Authenticates datagrams between relay and transceiver.</summary>
    internal ReadOnlySpan<byte> InnerKey => _innerKey;

    public static RouteKey Create(int id, IRandomSource random, DateTimeOffset notBefore)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> secret = stackalloc byte[SecretLength];
        random.Fill(secret);
        var key = new RouteKey(id, secret, notBefore);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    public bool IsRetired(DateTimeOffset now) => RetireAfter <= now;

    /// <summary>The same secret with another end.</summary>
    public RouteKey RetiringAfter(DateTimeOffset time) => new(Id, _secret, NotBefore, time);

    /// <summary>A key of its own for another purpose, which nobody can tell from this one or from those for others.</summary>
    /// <param name="purpose">Different from every other one's; 1 to 64 ASCII characters.</param>
    /// <param name="length">Bytes.</param>
    public byte[] DeriveKey(string purpose, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return Derive(_secret, System.Text.Encoding.ASCII.GetBytes("parley other: " + purpose), length);
    }

    public override string ToString() => $"key {Id}";

    internal AesGcm CreateCipher() => new(_sealKey, SealedRoute.TagLength);

    /// <summary>Writes the password that belongs to a sealed route: <see cref="SealedRoute.PasswordLength"/> characters. Thread-safe, allocates nothing.</summary>
    internal void WritePassword(ReadOnlySpan<byte> route, Span<byte> password)
    {
        // 24 bytes are exactly 32 characters, and 192 bits where ICE asks for 128. (RFC 8445 §5.3)
        const int BytesOfPassword = SealedRoute.PasswordLength * 6 / 8;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_passwordKey, route, hash);
        System.Buffers.Text.Base64.EncodeToUtf8(hash[..BytesOfPassword], password, out _, out _);
    }

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose, int length)
    {
        var key = new byte[length];
        // No salt: the secret is uniformly random already. (RFC 5869 §3.1)
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info: purpose);
        return key;
    }
}
