namespace Parley.Rtc.Dtls;

public enum DtlsState
{
    Handshaking,

    /// <summary>The peer's certificate matched, an SRTP profile was agreed, application data flows.</summary>
    Connected,

    /// <summary>Ended by either side's close_notify.</summary>
    Closed,

    /// <summary>Ended by an error: see <see cref="DtlsEndpoint.FailureReason"/>. An alert may still wait to be sent.</summary>
    Failed,
}
