using System.Globalization;

namespace Parley.Speech.Mcp;

/// <summary>A host in the options: a name, "*.example.com" for all below one, or an address; with or without a port.</summary>
internal sealed record HostPattern(string Host, int? Port)
{
    /// <summary>Null: it is none.</summary>
    public static HostPattern? TryParse(string text)
    {
        var (host, port) = (text.Trim(), (int?)null);
        var colon = host.LastIndexOf(':');
        var isAddress = host.Count(character => character == ':') > 1 && !host.EndsWith(']') && !host.Contains("]:", StringComparison.Ordinal);
        if (colon >= 0 && !isAddress && !host.EndsWith(']'))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 65535) return null;
            (host, port) = (host[..colon], number);
        }
        host = host.Trim('[', ']').ToLowerInvariant();
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Uri.CheckHostName(name) == UriHostNameType.Unknown ? null : new HostPattern(host, port);
    }

    public bool Matches(string host, int port)
    {
        host = host.Trim('[', ']');
        var isHost = Host.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(Host, StringComparison.OrdinalIgnoreCase);
        return isHost && (Port is null || Port == port);
    }
}
