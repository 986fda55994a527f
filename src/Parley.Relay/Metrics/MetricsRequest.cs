namespace Parley.Relay.Metrics;

/// <summary>Reads the one line of an HTTP request that matters here (RFC 9112 §3), and knows when the request is over.</summary>
internal static class MetricsRequest
{
    /// <summary>No scraper's request is longer, in bytes.</summary>
    public const int MaxLength = 8192;

    private const int MaxTargetLength = 256;

    /// <summary>The header section has come to its end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> received) => received.IndexOf("\r\n\r\n"u8) >= 0 || received.IndexOf("\n\n"u8) >= 0;

    /// <summary>The answer's status, and the path when it is 200.</summary>
    /// <param name="isHead">The answer has no body, whatever it is. (RFC 9110 §9.3.2)</param>
    public static int Read(ReadOnlySpan<byte> received, out string path, out bool isHead)
    {
        path = "";
        isHead = received.StartsWith("HEAD "u8);
        var end = received.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? received : received[..end];
        var space = line.IndexOf((byte)' ');
        if (space < 1) return 400;
        var rest = line[(space + 1)..];
        var target = rest.IndexOf((byte)' ');
        if (target < 1 || target > MaxTargetLength || rest[0] != '/' || !rest[(target + 1)..].StartsWith("HTTP/1."u8)) return 400;
        if (!isHead && !line[..space].SequenceEqual("GET"u8)) return 405;
        var query = rest[..target].IndexOf((byte)'?');
        path = System.Text.Encoding.Latin1.GetString(query < 0 ? rest[..target] : rest[..query]);
        return 200;
    }
}
