namespace Parley.Rtc.Ice;

/// <summary>
/// Priorities of candidates and pairs. (RFC 8445 §5.1.2.1, §6.1.2.3) Every UDP candidate comes before every TCP one: TCP makes
/// voice wait for its retransmissions.
/// </summary>
internal static class IcePriority
{
    /// <summary>Type preferences. (RFC 8445 §5.1.2.2) Those of TCP are lower, as RFC 6544 §4.2 advises, and those that libwebrtc uses.</summary>
    private const uint HostType = 126;
    private const uint PeerReflexiveType = 110;
    private const uint TcpHostType = 90;
    private const uint TcpPeerReflexiveType = 80;

    /// <summary>In TCP's local preference: who opens the connection. (RFC 6544 §4.2)</summary>
    private const uint TcpActive = 6;
    private const uint TcpPassive = 4;
    private const int TcpOtherBits = 13;

    private const uint Component = 1;

    /// <param name="protocol">TCP stands for a port that listens.</param>
    /// <param name="index">0 for the most preferred host candidate, at most 8191.</param>
    public static uint ForHost(TransportProtocol protocol, int index) => protocol == TransportProtocol.Tcp
        ? Make(TcpHostType, TcpLocal(TcpPassive, index))
        : Make(HostType, UdpLocal(index));

    /// <summary>Our side of a connection that we open; never described, for nobody can check it first. (RFC 6544 §4.2)</summary>
    public static uint ForActiveTcp(int index) => Make(TcpHostType, TcpLocal(TcpActive, index));

    /// <summary>What the peer is to use if a check makes it learn our address as peer-reflexive. (RFC 8445 §7.1.1)</summary>
    public static uint ForPeerReflexive(TransportProtocol protocol) => protocol == TransportProtocol.Tcp
        ? Make(TcpPeerReflexiveType, TcpLocal(TcpActive, 0))
        : Make(PeerReflexiveType, UdpLocal(0));

    /// <summary>2³² × min(G, D) + 2 × max(G, D) + (G &gt; D), where G is the controlling side's candidate. (RFC 8445 §6.1.2.3)</summary>
    public static ulong ForPair(uint controlling, uint controlled) =>
        ((ulong)Math.Min(controlling, controlled) << 32) + (2UL * Math.Max(controlling, controlled)) + (controlling > controlled ? 1UL : 0UL);

    private static uint UdpLocal(int index) => (uint)(ushort.MaxValue - index);

    private static uint TcpLocal(uint direction, int index) => (direction << TcpOtherBits) + (uint)((1 << TcpOtherBits) - 1 - index);

    private static uint Make(uint type, uint local) => (type << 24) | (local << 8) | (256 - Component);
}
