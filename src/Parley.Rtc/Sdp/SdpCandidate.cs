using System.Globalization;
using System.Net;

namespace Parley.Rtc.Sdp;

/// <summary>a=candidate: reads the UDP ones that name an IP address, writes host candidates. (RFC 8839 §5.1)</summary>
internal static class SdpCandidate
{
    /// <summary>Component 1 is RTP, which with rtcp-mux is everything.</summary>
    private const string Component = "1";

    /// <summary>Names such as the mDNS ones of browsers, TCP candidates and other components are passed over.</summary>
    public static bool TryParse(string value, out TransportAddress address)
    {
        address = default;
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 8 || parts[1] != Component || !parts[2].Equals("udp", StringComparison.OrdinalIgnoreCase) || parts[6] != "typ")
            return false;
        if (!IPAddress.TryParse(parts[4], out var ip)) return false;
        if (!ushort.TryParse(parts[5], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return false;
        address = TransportAddress.From(ip, port);
        return true;
    }

    /// <param name="address">The host candidate's address.</param>
    /// <param name="index">0 for the most preferred, at most 65535.</param>
    public static string WriteHost(TransportAddress address, int index) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{index + 1} {Component} udp {Ice.IcePriority.ForHost(index)} {address.ToIPAddress()} {address.Port} typ host");
}
