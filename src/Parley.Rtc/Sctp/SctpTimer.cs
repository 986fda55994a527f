namespace Parley.Rtc.Sctp;

/// <summary>Why an association wants to be woken.</summary>
internal enum SctpTimer
{
    /// <summary>T1-init and T1-cookie.</summary>
    Handshake,

    /// <summary>T3-rtx.</summary>
    Retransmit,

    DelayedSack,
    Heartbeat,

    /// <summary>The answer to a heartbeat did not come.</summary>
    HeartbeatAnswer,

    /// <summary>The answer to a stream reset did not come. (RFC 6525 §5.1.1)</summary>
    Reconfig,

    /// <summary>T2-shutdown.</summary>
    Shutdown,

    /// <summary>T5-shutdown-guard.</summary>
    ShutdownGuard,
}
