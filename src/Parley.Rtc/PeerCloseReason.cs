namespace Parley.Rtc;

/// <summary>Why a peer closed.</summary>
public enum PeerCloseReason
{
    /// <summary>Not closed.</summary>
    None,

    /// <summary><see cref="RtcPeer.Close"/> was called.</summary>
    Requested,

    /// <summary>The remote ended the DTLS connection or the SCTP association.</summary>
    RemoteClosed,

    /// <summary>No valid connectivity check, or answer to one, for the consent time-out. (RFC 7675 §5.1)</summary>
    ConsentExpired,

    /// <summary>ICE and DTLS were not both done within the connect time-out.</summary>
    ConnectTimedOut,

    /// <summary>The DTLS handshake failed, for example because the certificate does not match the fingerprint.</summary>
    HandshakeFailed,

    /// <summary>The SCTP association failed: without data channels the call cannot be steered.</summary>
    DataChannelsFailed,
}
