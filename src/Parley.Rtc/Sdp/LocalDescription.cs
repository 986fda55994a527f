namespace Parley.Rtc.Sdp;

/// <summary>What this side puts into its offer or answer.</summary>
internal sealed record LocalDescription
{
    /// <summary>The o= line's session id. (RFC 8829 §5.2.1: 63 random bits)</summary>
    public required ulong SessionId { get; init; }

    /// <summary>The o= line's version, one more with each description. (RFC 8829 §5.2.2)</summary>
    public required uint SessionVersion { get; init; }

    public required string IceUfrag { get; init; }

    public required string IcePassword { get; init; }

    public required bool IsIceLite { get; init; }

    public required SdpSetup Setup { get; init; }

    /// <summary>The value of a=fingerprint: hash name, space, hash.</summary>
    public required string Fingerprint { get; init; }

    public required IReadOnlyList<TransportAddress> Candidates { get; init; }

    public required uint AudioSsrc { get; init; }

    public required string Cname { get; init; }

    /// <summary>What we would like to receive.</summary>
    public required OpusParameters Opus { get; init; }

    public required int MaxMessageSize { get; init; }

    /// <summary>Our SCTP INIT chunk in base64; null when it is not to be described. (draft-hancke-tsvwg-snap)</summary>
    public string? SctpInit { get; init; }
}
