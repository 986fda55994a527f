using System.Globalization;
using System.Net;
using Parley.Rtc.Ice;

namespace Parley.Rtc.Sdp;

/// <summary>a=candidate: reads UDP and passive TCP ones that name an IP address, writes host candidates. (RFC 8839 §5.1, RFC 6544 §4.5)</summary>
internal static class SdpCandidate
{
    /// <summary>Component 1 is RTP, which with rtcp-mux is everything.</summary>
    private const string Component = "1";

    /// <summary>Fields before the extensions: foundation, component, transport, priority, address, port, "typ", type.</summary>
    private const int FixedFields = 8;

    public static SdpCandidateStatus TryParse(string value, out IceCandidate candidate)
    {
        candidate = default;
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < FixedFields || parts[6] != "typ"
            || !uint.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            || !ushort.TryParse(parts[5], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return SdpCandidateStatus.Malformed;
        if (parts[1] != Component || ReadType(parts[7]) is not { } type) return SdpCandidateStatus.NotUsable;
        TransportProtocol protocol;
        if (parts[2].Equals("udp", StringComparison.OrdinalIgnoreCase)) protocol = TransportProtocol.Udp;
        else if (parts[2].Equals("tcp", StringComparison.OrdinalIgnoreCase) && IsPassive(parts)) protocol = TransportProtocol.Tcp;
        else return SdpCandidateStatus.NotUsable;
        if (!IPAddress.TryParse(parts[4], out var ip)) return SdpCandidateStatus.HostName;
        var address = TransportAddress.From(ip, port) with { Protocol = protocol };
        if (port == 0 || !IsUnicast(address)) return SdpCandidateStatus.NotUsable;
        candidate = new IceCandidate(address, priority, type);
        return SdpCandidateStatus.Ok;
    }

    /// <summary>Whose candidate it is, where that is said; for candidates that come outside of a description. (RFC 8838 §11, RFC 8840 §4.2)</summary>
    public static string? ReadUfrag(string value) => ReadExtension(value.Split(' ', StringSplitOptions.RemoveEmptyEntries), "ufrag");

    /// <param name="address">The host candidate's address; with TCP a port that listens.</param>
    /// <param name="index">0 for the most preferred, at most 8191.</param>
    public static string WriteHost(TransportAddress address, int index)
    {
        var isTcp = address.Protocol == TransportProtocol.Tcp;
        return string.Create(CultureInfo.InvariantCulture,
            $"{index + 1} {Component} {(isTcp ? "tcp" : "udp")} {IcePriority.ForHost(address.Protocol, index)} {address.ToIPAddress()} {address.Port} typ host{(isTcp ? " tcptype passive" : "")}");
    }

    private static IceCandidateType? ReadType(string name) => name switch
    {
        "host" => IceCandidateType.Host,
        "srflx" => IceCandidateType.ServerReflexive,
        "prflx" => IceCandidateType.PeerReflexive,
        "relay" => IceCandidateType.Relayed,
        _ => null,
    };

    private static bool IsPassive(string[] parts) => ReadExtension(parts, "tcptype") == "passive";

    /// <summary>Extensions are pairs of name and value. (RFC 8839 §5.1)</summary>
    private static string? ReadExtension(string[] parts, string name)
    {
        for (var i = FixedFields; i + 1 < parts.Length; i += 2)
            if (parts[i] == name) return parts[i + 1];
        return null;
    }

    /// <summary>Checks go to single hosts: a description must not make us address a whole network.</summary>
    private static bool IsUnicast(TransportAddress address) => address.IsIPv4
        ? address.IPv4 >> 24 is > 0 and < 224
        : address.Ip != 0 && (byte)(address.Ip >> 120) != 0xFF;
}
