using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Parley.Relay.Configuration;

/// <summary>IP addresses with their ports as people write them: <c>10.0.0.7:4000</c>, <c>[fd00::7]:4000</c>.</summary>
public static class EndPointText
{
    /// <summary>Unlike <see cref="IPEndPoint.Parse(string)"/> it takes nothing without a port, and no IPv4 address that is cut short.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || !IPEndPoint.TryParse(text!, out var parsed)) return false;
        var host = text!.AsSpan(0, colon);
        var isWhole = host[0] == '[' ? host[^1] == ']' : host.Count('.') == 3;
        if (!isWhole) return false;
        endPoint = parsed;
        return true;
    }
}
