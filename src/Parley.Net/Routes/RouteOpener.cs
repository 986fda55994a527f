using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Net.Routes;

/// <summary>
/// Opens sealed routes, of whatever bytes a stranger sends: never throws, and allocates nothing until the ring changes. For one thread;
/// only <see cref="Ring"/> may be set by others.
/// </summary>
public sealed class RouteOpener(RouteKeyRing ring, TimeProvider time) : IDisposable
{
    private readonly AesGcm?[] _ciphers = new AesGcm?[RouteKey.MaxId + 1];
    private volatile RouteKeyRing _ring = ring;
    private RouteKeyRing? _ciphersOf;

    /// <summary>Any thread may change it; it holds from the next route on.</summary>
    public RouteKeyRing Ring
    {
        get => _ring;
        set => _ring = value;
    }

    /// <summary>Opens the server's ufrag, as it stands in a STUN USERNAME before the colon.</summary>
    public RouteStatus Open(ReadOnlySpan<byte> ufrag, out CallRoute route)
    {
        route = default;
        Span<byte> bytes = stackalloc byte[SealedRoute.Length];
        if (!SealedRoute.TryDecode(ufrag, bytes) || SealedRoute.VersionOf(bytes[0]) != SealedRoute.Version) return RouteStatus.Malformed;
        var now = time.GetUtcNow();
        if (FindCipher(SealedRoute.KeyIdOf(bytes[0]), now) is not { } cipher) return RouteStatus.UnknownKey;
        Span<byte> text = stackalloc byte[SealedRoute.TextLength];
        if (!TryDecrypt(cipher, bytes, text)) return RouteStatus.NotAuthentic;
        route = new CallRoute(
            BinaryPrimitives.ReadUInt16BigEndian(text), BinaryPrimitives.ReadUInt16BigEndian(text[2..]), BinaryPrimitives.ReadUInt32BigEndian(text[4..]));
        return CallRoute.MinuteOf(now, roundUp: false) < route.ExpiryMinute ? RouteStatus.Ok : RouteStatus.Expired;
    }

    /// <summary>
    /// The password of a route that was opened: <see cref="SealedRoute.PasswordLength"/> characters. False when the ufrag is no route of a known key; whether
    /// the seal holds is not looked at.
    /// </summary>
    public bool TryWritePassword(ReadOnlySpan<byte> ufrag, Span<byte> password)
    {
        Span<byte> bytes = stackalloc byte[SealedRoute.Length];
        if (!SealedRoute.TryDecode(ufrag, bytes) || SealedRoute.VersionOf(bytes[0]) != SealedRoute.Version
            || _ring.Find(SealedRoute.KeyIdOf(bytes[0])) is not { } key)
            return false;
        key.WritePassword(bytes, password);
        return true;
    }

    public void Dispose()
    {
        foreach (ref var cipher in _ciphers.AsSpan())
        {
            cipher?.Dispose();
            cipher = null;
        }
    }

    private AesGcm? FindCipher(int id, DateTimeOffset now)
    {
        var ring = _ring;
        if (ring != _ciphersOf)
        {
            Dispose();
            foreach (var key in ring.Keys) _ciphers[key.Id] = key.CreateCipher();
            _ciphersOf = ring;
        }
        return ring.Find(id)?.IsRetired(now) == false ? _ciphers[id] : null;
    }

    /// <summary>
    /// The platform's Decrypt throws for a tag that does not hold, which costs ten times as much as all the rest, and most of a flood are such.
    /// GCM's key stream does not depend on the text (NIST SP 800-38D §7.1): encrypting the sealed text gives the plain one, and encrypting that again gives
    /// the sealed text with its tag, to be compared.
    /// </summary>
    private static bool TryDecrypt(AesGcm cipher, Span<byte> route, Span<byte> text)
    {
        Span<byte> again = stackalloc byte[SealedRoute.TextLength];
        Span<byte> tag = stackalloc byte[SealedRoute.TagLength];
        var nonce = SealedRoute.Nonce(route);
        cipher.Encrypt(nonce, SealedRoute.Text(route), text, tag);
        cipher.Encrypt(nonce, text, again, tag, SealedRoute.Header(route));
        return CryptographicOperations.FixedTimeEquals(tag, SealedRoute.Tag(route));
    }
}
