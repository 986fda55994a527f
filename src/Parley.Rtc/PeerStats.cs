namespace Parley.Rtc;

/// <summary>What a peer has measured so far. A snapshot; times are null until measured.</summary>
public readonly record struct PeerStats
{
    /// <summary>By RTCP (RFC 3550 §6.4.1: arrival − LSR − DLSR), otherwise by our own connectivity checks.</summary>
    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>Audio packets sent, and the bytes of Opus in them.</summary>
    public long PacketsSent { get; init; }

    public long PayloadBytesSent { get; init; }

    /// <summary>Authentic audio packets of the negotiated format received, and the bytes of Opus in them.</summary>
    public long PacketsReceived { get; init; }

    public long PayloadBytesReceived { get; init; }

    /// <summary>Packets of the remote's current stream that were expected and never came. (RFC 3550 A.3)</summary>
    public long PacketsLost { get; init; }

    /// <summary>Interarrival jitter of the remote's audio here. (RFC 3550 A.8)</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Of our audio, as the remote's last report says: the fraction lost since its report before, 0…1.</summary>
    public double RemoteFractionLost { get; init; }

    /// <summary>Of our audio, as the remote's last report says: packets lost since the start.</summary>
    public long RemotePacketsLost { get; init; }

    /// <summary>Of our audio, as the remote's last report says.</summary>
    public TimeSpan RemoteJitter { get; init; }

    /// <summary>Of our audio, as the remote's last report says: the highest sequence number that arrived, with cycles; null before.</summary>
    public uint? RemoteHighestSequence { get; init; }

    /// <summary>
    /// What the path to the remote is thought to carry, in bit/s of IP packets; null before the remote's first feedback.
    /// (draft-ietf-rmcat-gcc-02)
    /// </summary>
    public long? EstimatedSendBitsPerSecond { get; init; }

    /// <summary>Of our audio, by the remote's feedback or else its reports: the fraction lost lately, 0…1; null before the first.</summary>
    public double? SendLoss { get; init; }

    /// <summary>Packets of the remote that were asked for again, and those of them that came for it.</summary>
    public long ResendsAsked { get; init; }

    public long RepairedByResend { get; init; }

    /// <summary>Packets of the remote that were lost and taken from the redundancy of later ones. (RFC 2198)</summary>
    public long RepairedByRedundancy { get; init; }

    /// <summary>Packets of ours that the remote asked for again, and those that were sent again.</summary>
    public long ResendsWanted { get; init; }

    public long PacketsResent { get; init; }
}
