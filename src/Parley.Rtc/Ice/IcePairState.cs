namespace Parley.Rtc.Ice;

/// <summary>How far the check of a pair is. Nothing is frozen: one component has nothing to wait for. (RFC 8445 §6.1.2.6)</summary>
internal enum IcePairState
{
    Waiting,
    InProgress,
    Succeeded,

    /// <summary>Given up because something else works. It is tried again when that falls silent.</summary>
    Failed,
}
