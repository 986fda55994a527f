namespace Parley.Rtc.Sctp;

/// <summary>The association's states. (RFC 9260 §4)</summary>
public enum SctpState
{
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownPending,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
}
