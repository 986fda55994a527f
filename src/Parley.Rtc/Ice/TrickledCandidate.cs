using Parley.Rtc.Sdp;

namespace Parley.Rtc.Ice;

/// <summary>Reads candidates that come one at a time, in the forms in which stacks hand them over. (RFC 8840 §4.2, WebRTC RTCIceCandidate)</summary>
internal static class TrickledCandidate
{
    private static readonly string[] Prefixes = ["a=candidate:", "candidate:"];

    /// <summary>False when the text is no candidate.</summary>
    public static bool TryHandle(string text, IceAgent agent, Instant now)
    {
        var value = text.Trim();
        if (value.Length is 0 || value is "a=end-of-candidates" or "end-of-candidates")
        {
            agent.EndRemoteCandidates();
            return true;
        }
        foreach (var prefix in Prefixes)
        {
            if (!value.StartsWith(prefix, StringComparison.Ordinal)) continue;
            value = value[prefix.Length..];
            break;
        }
        if (value.Length > MaxLength) return false;
        // One that belongs to the credentials from before a restart comes too late. (RFC 8838 §11)
        if (SdpCandidate.ReadUfrag(value) is { } ufrag && !agent.IsUfragOfRemote(ufrag))
        {
            agent.Counters.Increment(IceCounter.CandidatesIgnored);
            return true;
        }
        switch (SdpCandidate.TryParse(value, out var candidate))
        {
            case SdpCandidateStatus.Ok:
                agent.AddRemoteCandidate(candidate, now);
                return true;
            case SdpCandidateStatus.HostName:
                agent.Counters.Increment(IceCounter.HostNameCandidates);
                return true;
            case SdpCandidateStatus.NotUsable:
                agent.Counters.Increment(IceCounter.CandidatesIgnored);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Longer than any candidate with all its extensions.</summary>
    private const int MaxLength = 1024;
}
