namespace Parley.Rtc;

/// <summary>What happened in RTP and RTCP, counted.</summary>
public enum MediaCounter
{
    /// <summary>A lost packet of the remote was asked for again.</summary>
    ResendAsked,

    /// <summary>A packet came after it was asked for again.</summary>
    RepairedByResend,

    /// <summary>A lost packet was taken from the redundancy of a later one.</summary>
    RepairedByRedundancy,

    /// <summary>A packet came after its copy: dropped.</summary>
    Duplicate,

    /// <summary>A packet of comfort noise or a telephone event, which took a sequence number and holds no audio.</summary>
    SilentPacket,

    /// <summary>The remote asked for a packet of ours again.</summary>
    ResendWanted,

    /// <summary>A packet was sent again.</summary>
    PacketResent,

    /// <summary>The remote asked for a packet that is no longer kept, or was sent again just now.</summary>
    ResendRefused,

    /// <summary>We told the remote which packets came when.</summary>
    TransportFeedbackSent,

    /// <summary>The remote told us which packets came when.</summary>
    TransportFeedbackReceived,

    /// <summary>The remote's upper bound of our rate (REMB).</summary>
    BitrateBoundReceived,

    /// <summary>A request for a key frame (PLI, FIR), which audio does not have.</summary>
    KeyFrameRequested,

    /// <summary>Feedback that is not understood here. (RFC 4585 §6.1)</summary>
    UnknownFeedback,

    /// <summary>Feedback that breaks its own format; what could be read of it counts.</summary>
    MalformedFeedback,

    /// <summary>An extended report. (RFC 3611)</summary>
    ExtendedReport,
}
