using System.Buffers;

namespace Parley.Rtc.Sdp;

/// <summary>What ICE credentials may look like: ALPHA / DIGIT / "+" / "/". (RFC 8839 §5.4)</summary>
internal static class IceCharacters
{
    /// <summary>The 64 ice-chars.</summary>
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    public static bool IsUfrag(string text) => text.Length is >= 4 and <= 256 && !text.AsSpan().ContainsAnyExcept(Allowed);

    public static bool IsPassword(string text) => text.Length is >= 22 and <= 256 && !text.AsSpan().ContainsAnyExcept(Allowed);
}
