namespace Parley.Rtc.Srtp;

/// <summary>What became of one packet. Everything but <see cref="Ok"/> leaves the session as it was.</summary>
public enum SrtpStatus
{
    Ok,

    /// <summary>Not version 2, or too short for its own header and the tag.</summary>
    Malformed,

    /// <summary>The tag does not hold: forged, damaged, or another key or rollover counter.</summary>
    AuthenticationFailed,

    /// <summary>A packet with this index was seen already; when protecting, its key stream would be used twice.</summary>
    Replayed,

    /// <summary>Further behind the newest packet than the replay window reaches.</summary>
    TooOld,

    /// <summary>A new SSRC while <see cref="SrtpSession.MaxSources"/> are known.</summary>
    TooManySources,

    /// <summary>Protecting only: the buffer has no room for the tag.</summary>
    NoRoom,

    /// <summary>Protecting only: 2^48 RTP or 2^31 RTCP packets were sent under one key. (RFC 3711 §9.2)</summary>
    KeyExhausted,
}
