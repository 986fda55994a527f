namespace Parley.Rtc.Sctp;

/// <summary>Why an association wants to be woken.</summary>
internal enum SctpTimer
{
    /// <summary>T1-init and T1-cookie.</summary>
    Handshake,

    /// <summary>T3-rtx.</summary>
    Retransmit,

    /// <summary>An acknowledgement is overdue. (RFC 8985 §7)</summary>
    Probe,

    /// <summary>A chunk that was overtaken counts as lost from now on. (RFC 8985 §6.2 step 5)</summary>
    Reorder,

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
