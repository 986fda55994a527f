namespace Parley.Rtc.Sctp;

/// <summary>What an association counts: what it dropped, with the reason, and what it had to repeat.</summary>
public enum SctpCounter
{
    PacketTooShort,
    BadChecksum,
    WrongPort,
    WrongVerificationTag,
    MalformedChunk,
    UnknownChunk,
    UnknownParameter,
    UnexpectedChunk,
    BadCookie,
    StaleCookie,
    DuplicateTsn,
    TsnOutsideWindow,
    ReceiveBufferFull,
    InvalidStream,
    StaleSack,
    BadGapBlock,
    ReplyDropped,
    BadReconfig,
    HeartbeatUnmatched,
    ForwardTsn,
    RemoteError,

    /// <summary>DATA chunks repeated because later ones were acknowledged.</summary>
    FastRetransmission,

    /// <summary>Packets sent to bring about an overdue acknowledgement.</summary>
    Probe,

    /// <summary>DATA chunks repeated by these.</summary>
    ProbeRetransmission,

    /// <summary>Messages given up as their options said. (RFC 3758)</summary>
    MessageAbandoned,

    /// <summary>DATA chunks repeated after a time-out.</summary>
    TimeoutRetransmission,

    /// <summary>Expiries of T3-rtx.</summary>
    RetransmissionTimeout,
}
