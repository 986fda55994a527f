using System.Buffers.Text;

namespace Parley.Net.Routes;

/// <summary>
/// The byte layout of a route as it travels in the server's ICE ufrag. 33 bytes are 44 characters of base64 without padding, and base64's
/// alphabet is ICE's (RFC 8839 §5.4: ALPHA / DIGIT / + / /).
/// </summary>
/// <remarks>
/// <code>
///  0       version (high four bits) and key id (low four bits); authenticated
///  1…12    nonce: random, of AES-GCM, and what makes each call's ufrag its own
/// 13…20    sealed: cluster (2 bytes), node (2), expiry in minutes since 1970 (4), each most significant byte first
/// 21…32    AES-GCM's tag, the first 12 of 16 bytes
/// </code>
/// </remarks>
public static class SealedRoute
{
    public const int Version = 1;

    /// <summary>Bytes.</summary>
    public const int Length = 33;

    /// <summary>Characters.</summary>
    public const int UfragLength = 44;

    /// <summary>Characters, 6 bits each.</summary>
    public const int PasswordLength = 32;

    internal const int NonceLength = 12;
    internal const int TextLength = 8;
    internal const int TagLength = 12;

    private const int HeaderLength = 1;
    private const int TextOffset = HeaderLength + NonceLength;
    private const int TagOffset = TextOffset + TextLength;

    internal static byte HeaderOf(int keyId) => (byte)(Version << 4 | keyId);

    internal static int VersionOf(byte header) => header >> 4;

    internal static int KeyIdOf(byte header) => header & 0x0F;

    internal static Span<byte> Header(Span<byte> route) => route[..HeaderLength];

    internal static Span<byte> Nonce(Span<byte> route) => route.Slice(HeaderLength, NonceLength);

    internal static Span<byte> Text(Span<byte> route) => route.Slice(TextOffset, TextLength);

    internal static Span<byte> Tag(Span<byte> route) => route.Slice(TagOffset, TagLength);

    /// <summary>Reads the characters of a ufrag; <paramref name="route"/> takes <see cref="Length"/> bytes. There is one spelling of each route.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> ufrag, Span<byte> route)
    {
        if (ufrag.Length != UfragLength) return false;
        Base64.DecodeFromUtf8(ufrag, route, out _, out var written);
        // The decoder skips white space and takes padding; either leaves too few bytes.
        return written == Length;
    }
}
