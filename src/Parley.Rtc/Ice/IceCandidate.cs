namespace Parley.Rtc.Ice;

/// <summary>A transport address at which a side may be reached, as its description or a check gave it. (RFC 8445 §5.1.1)</summary>
/// <param name="Address">With TCP: a port that listens. (RFC 6544 §4.5, "passive")</param>
/// <param name="Priority">The greater, the better. (RFC 8445 §5.1.2)</param>
internal readonly record struct IceCandidate(TransportAddress Address, uint Priority, IceCandidateType Type);
