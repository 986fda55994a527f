using Parley.Rtc.Ice;
using Parley.Rtc.Sdp;

namespace Parley.Rtc.Tests.Ice;

/// <summary>Host candidates as a description would give them, most preferred first.</summary>
internal static class Candidates
{
    public static RemoteCandidates Of(params TransportAddress[] addresses) => new()
    {
        Usable = [.. addresses.Select((address, index) => new IceCandidate(address, IcePriority.ForHost(address.Protocol, index), IceCandidateType.Host))],
        HostNames = 0,
        IsComplete = false,
    };
}
