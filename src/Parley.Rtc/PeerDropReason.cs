namespace Parley.Rtc;

/// <summary>Why a datagram, or a part of one, had no effect on the peer.</summary>
public enum PeerDropReason
{
    /// <summary>The peer is closing or closed.</summary>
    NotOpen,

    /// <summary>The first byte belongs to no protocol that is multiplexed here. (RFC 7983 §7)</summary>
    UnknownProtocol,

    /// <summary>DTLS from an address that passed no connectivity check.</summary>
    DtlsFromUnvalidatedAddress,

    /// <summary>SRTP or SRTCP before the handshake gave keys.</summary>
    MediaBeforeKeys,

    /// <summary>Not well-formed RTP.</summary>
    MalformedRtp,

    /// <summary>RTP whose payload type was not negotiated.</summary>
    UnexpectedPayloadType,

    /// <summary>RTP whose mid is not that of the audio section. (RFC 8843 §9.2)</summary>
    UnknownMid,

    /// <summary>A payload that is not as RFC 2198 says.</summary>
    MalformedRed,

    /// <summary>SRTP or SRTCP whose authentication failed, or that is not well-formed.</summary>
    SrtpNotAuthentic,

    /// <summary>SRTP or SRTCP that was seen before or is older than the replay window.</summary>
    SrtpReplayed,

    /// <summary>SRTP or SRTCP of a new source when the session knows as many as it may.</summary>
    TooManySources,

    /// <summary>Authentic, but not a valid RTCP compound.</summary>
    MalformedRtcp,

    /// <summary>Audio that arrived faster than the events were polled.</summary>
    AudioQueueFull,

    /// <summary>Our own packet, because the outgoing queue was full.</summary>
    TransmitQueueFull,

    /// <summary>Our own packet, because it was longer than <see cref="RtcPeerConfig.MaxDatagramLength"/>.</summary>
    TooLongForPath,

    /// <summary>Our own packet, because no validated path existed or its byte budget was used up.</summary>
    NoPath,
}
