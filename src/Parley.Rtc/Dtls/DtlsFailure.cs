namespace Parley.Rtc.Dtls;

/// <summary>Why an endpoint is in <see cref="DtlsState.Failed"/>.</summary>
public enum DtlsFailure
{
    None,

    /// <summary>The peer's certificate is not the one whose fingerprint its session description gave. (RFC 5763 §5)</summary>
    FingerprintMismatch,

    /// <summary>No SRTP protection profile in common, or a peer without the use_srtp extension. (RFC 5764 §4.1)</summary>
    NoSrtpProfile,

    /// <summary>The handshake was not complete within <see cref="DtlsEndpoint.HandshakeTimeout"/>.</summary>
    HandshakeTimedOut,

    /// <summary>The peer sent a fatal alert.</summary>
    AlertReceived,

    /// <summary>The peer broke the protocol, or offered nothing that is accepted here.</summary>
    ProtocolError,
}
