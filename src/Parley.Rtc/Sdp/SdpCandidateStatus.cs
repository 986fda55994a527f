namespace Parley.Rtc.Sdp;

/// <summary>What an a=candidate value is to us.</summary>
internal enum SdpCandidateStatus
{
    Ok,

    /// <summary>It names a host instead of an address: the mDNS names by which browsers hide theirs. (draft-ietf-mmusic-mdns-ice-candidates)</summary>
    HostName,

    /// <summary>Well-formed and of no use: another component or transport, or a TCP candidate that does not listen.</summary>
    NotUsable,

    Malformed,
}
