namespace Parley.Rtc.Ice;

/// <summary>Candidate priorities: 2²⁴ × type + 2⁸ × local + (256 − component). (RFC 8445 §5.1.2.1)</summary>
internal static class IcePriority
{
    private const uint HostType = 126;
    private const uint PeerReflexiveType = 110;
    private const uint Component = 1;

    /// <param name="index">0 for the most preferred host candidate, at most 65535.</param>
    public static uint ForHost(int index) => Make(HostType, index);

    /// <summary>What the peer is to use if a check makes it learn our address as peer-reflexive. (RFC 8445 §7.1.1)</summary>
    public static uint ForPeerReflexive(int index) => Make(PeerReflexiveType, index);

    private static uint Make(uint type, int index) => (type << 24) | ((uint)(ushort.MaxValue - index) << 8) | (256 - Component);
}
