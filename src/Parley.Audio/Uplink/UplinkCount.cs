namespace Parley.Audio;

/// <summary>What the uplink counts. Frames are counted once each, whatever their length.</summary>
public enum UplinkCount
{
    /// <summary>A packet decoded in its place.</summary>
    Decoded,

    /// <summary>A frame rebuilt from in-band FEC.</summary>
    RecoveredByFec,

    /// <summary>A frame made up for a loss.</summary>
    Concealed,

    /// <summary>A frame of silence where the sender sent nothing.</summary>
    Silence,

    /// <summary>A packet that came after its time had been filled.</summary>
    Revised,

    /// <summary>A packet that came before and filled its hole while the hole was still open.</summary>
    Reordered,

    /// <summary>A lost packet that came once more and filled its hole while the hole was still open.</summary>
    Repaired,

    /// <summary>Dropped: a second copy.</summary>
    Duplicate,

    /// <summary>Dropped: too old to say what it would revise.</summary>
    TooLate,

    /// <summary>Dropped: not an Opus packet (RFC 6716 §3.4), or longer than a datagram.</summary>
    Malformed,

    /// <summary>Dropped: a sequence number far off, not confirmed by the next packet. (RFC 3550 Appendix A.1)</summary>
    OutOfSequence,

    /// <summary>Dropped: in sequence, yet its time is covered by packets before it.</summary>
    Overlapped,

    /// <summary>A new stream began: another SSRC, or a confirmed leap of the sequence numbers.</summary>
    Restarted,

    /// <summary>The sample clock leapt: a gap above the bound, or timestamps that went back.</summary>
    Leapt,

    /// <summary>A hole was closed early because the buffer was full.</summary>
    Overflowed,

    /// <summary>A well-formed packet that the decoder refused; concealed.</summary>
    Undecodable,
}
