using System.Buffers.Binary;
using System.Text;

namespace Parley.Net.Routes;

/// <summary>
/// Makes the server's ICE credentials: a sealed route as ufrag, and the password that follows from it. Thread-safe if
/// <paramref name="random"/> is.
/// </summary>
public sealed class RouteSealer(RouteKeyRing ring, TimeProvider time, IRandomSource random)
{
    private volatile RouteKeyRing _ring = ring;

    /// <summary>Any thread may change it.</summary>
    public RouteKeyRing Ring
    {
        get => _ring;
        set => _ring = value;
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> when no key of the ring is in force.</summary>
    /// <param name="cluster">The operator's number for this cluster.</param>
    /// <param name="node">This transceiver's within it.</param>
    /// <param name="lifetime">How long the route may begin flows; not shorter than the call, whose client may move at any time. Rounded up to minutes.</param>
    public RouteCredentials Seal(ushort cluster, ushort node, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var key = _ring.SealingKey(now)
            ?? throw new InvalidOperationException("No route key is in force: every one begins later or has retired. Add one with `parley keys rotate`.");
        Span<byte> route = stackalloc byte[SealedRoute.Length];
        SealedRoute.Header(route)[0] = SealedRoute.HeaderOf(key.Id);
        // 96 random bits: a repeat is not to be expected below 2^32 routes of one key, which is what keys are rotated for. (NIST SP 800-38D §8.3)
        random.Fill(SealedRoute.Nonce(route));
        Span<byte> text = stackalloc byte[SealedRoute.TextLength];
        BinaryPrimitives.WriteUInt16BigEndian(text, cluster);
        BinaryPrimitives.WriteUInt16BigEndian(text[2..], node);
        BinaryPrimitives.WriteUInt32BigEndian(text[4..], CallRoute.MinuteOf(now + lifetime, roundUp: true));
        // One for each call: the platform's ciphers are not thread-safe, and this is once in a call.
        using var cipher = key.CreateCipher();
        cipher.Encrypt(SealedRoute.Nonce(route), text, SealedRoute.Text(route), SealedRoute.Tag(route), SealedRoute.Header(route));
        Span<byte> password = stackalloc byte[SealedRoute.PasswordLength];
        key.WritePassword(route, password);
        return new RouteCredentials(Convert.ToBase64String(route), Encoding.ASCII.GetString(password));
    }
}
