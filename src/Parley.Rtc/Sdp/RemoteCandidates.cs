using Parley.Rtc.Ice;

namespace Parley.Rtc.Sdp;

/// <summary>The candidates of a description. More than <see cref="Capacity"/> are passed over.</summary>
internal sealed record RemoteCandidates
{
    public const int Capacity = 32;

    /// <summary>Those that can be sent to, in the order given; often none.</summary>
    public required IReadOnlyList<IceCandidate> Usable { get; init; }

    /// <summary>How many named a host instead of an address (mDNS).</summary>
    public required int HostNames { get; init; }

    /// <summary>a=end-of-candidates: no more will come. (RFC 8840 §8.2)</summary>
    public required bool IsComplete { get; init; }

    /// <param name="levels">Where candidates may stand; those of a bundle's other section are the same transport's.</param>
    public static RemoteCandidates Read(List<SdpAttributes> levels)
    {
        var usable = new List<IceCandidate>();
        var names = 0;
        foreach (var level in levels)
            foreach (var value in level.All("candidate"))
            {
                var status = SdpCandidate.TryParse(value, out var candidate);
                if (status == SdpCandidateStatus.HostName) names++;
                if (status == SdpCandidateStatus.Ok && usable.Count < Capacity && !usable.Exists(known => known.Address == candidate.Address))
                    usable.Add(candidate);
            }
        return new RemoteCandidates { Usable = usable, HostNames = names, IsComplete = levels.Exists(level => level.Has("end-of-candidates")) };
    }
}
