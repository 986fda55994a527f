using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Parley.Hosting.Configuration;

/// <summary>Where clients reach a relay.</summary>
/// <param name="Region">The operator's name for where it stands; null: nowhere in particular.</param>
/// <param name="Tcp">Null: it takes no TCP.</param>
public sealed record Ingress(string? Region, IPEndPoint Udp, IPEndPoint? Tcp)
{
    internal const string Form = "IP:PORT, with /PORT of TCP behind it and REGION= before it where there are any, such as eu=203.0.113.7:3478/443";

    private const int MaxRegionLength = 32;

    /// <summary>Reads <c>[REGION=]IP:PORT[/TCP-PORT]</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Ingress? ingress)
    {
        ArgumentNullException.ThrowIfNull(text);
        ingress = null;
        string? region = null;
        if (text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals)
        {
            region = text[..equals];
            if (!IsRegion(region)) return false;
            text = text[(equals + 1)..];
        }
        int? tcpPort = null;
        if (text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
        {
            if (!ushort.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) || port == 0) return false;
            tcpPort = port;
            text = text[..slash];
        }
        if (!TryParseEndPoint(text, out var udp) || udp.Port == 0) return false;
        ingress = new Ingress(region, udp, tcpPort is { } tcp ? new IPEndPoint(udp.Address, tcp) : null);
        return true;
    }

    /// <summary>An IP address with its port, and not an address alone, which <see cref="IPEndPoint"/> would take with port 0.</summary>
    internal static bool TryParseEndPoint(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        if (!IPEndPoint.TryParse(text, out endPoint)) return false;
        var hasPort = endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? text.Contains("]:", StringComparison.Ordinal) : text.Contains(':', StringComparison.Ordinal);
        if (!hasPort) endPoint = null;
        return hasPort;
    }

    internal static bool IsRegion(string text) =>
        text.Length is > 0 and <= MaxRegionLength && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
