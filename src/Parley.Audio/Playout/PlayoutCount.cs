namespace Parley.Audio;

/// <summary>What a <see cref="PlayoutBuffer"/> counts: samples at its rate where the name says so, packets otherwise.</summary>
public enum PlayoutCount
{
    /// <summary>Samples given by all pulls.</summary>
    PlayedSamples,

    /// <summary>Samples made up for packets that were lost or late.</summary>
    ConcealedSamples,

    /// <summary>Samples rebuilt from the copy in the next packet (in-band FEC).</summary>
    RecoveredSamples,

    /// <summary>Samples of comfort noise or silence while the sender paused, and before its first packet was due.</summary>
    SilentSamples,

    /// <summary>Samples cut out to lower the delay.</summary>
    AcceleratedSamples,

    /// <summary>Samples put in to raise the delay.</summary>
    ExpandedSamples,

    /// <summary>A packet decoded in its place.</summary>
    Decoded,

    /// <summary>Dropped: it came after its time had been played.</summary>
    Late,

    /// <summary>Dropped: more was held back than the maximum delay allows.</summary>
    Discarded,

    /// <summary>Dropped: a second copy.</summary>
    Duplicate,

    /// <summary>Dropped: not an Opus packet (RFC 6716 §3.4), or longer than a datagram.</summary>
    Malformed,

    /// <summary>Dropped: a sequence number far off, not confirmed by the next packet. (RFC 3550 Appendix A.1)</summary>
    OutOfSequence,

    /// <summary>A well-formed packet that the decoder refused; concealed.</summary>
    Undecodable,

    /// <summary>A new stream began: another SSRC, a confirmed leap of the sequence numbers, or timestamps that leapt.</summary>
    Restarted,
}
