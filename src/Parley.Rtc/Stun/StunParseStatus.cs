namespace Parley.Rtc.Stun;

/// <summary>Whether bytes are a STUN message, and why not.</summary>
internal enum StunParseStatus
{
    Ok,

    /// <summary>Shorter than a header, wrong first bits, no magic cookie, or a length that is not what came. (RFC 8489 §5)</summary>
    NotStun,

    /// <summary>An attribute runs past the end, or has a length that its type cannot have.</summary>
    MalformedAttribute,

    /// <summary>FINGERPRINT is present and wrong. (RFC 8489 §7.3)</summary>
    BadFingerprint,
}
