namespace Parley.Rtc.Ice;

/// <summary>How a candidate was found. (RFC 8445 §5.1.1)</summary>
internal enum IceCandidateType
{
    Host,
    ServerReflexive,

    /// <summary>Found by a check from an address that no description named. (RFC 8445 §7.3.1.3)</summary>
    PeerReflexive,
    Relayed,
}
