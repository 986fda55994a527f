namespace Parley.Rtc.Ice;

/// <summary>What became of STUN messages: those that counted, and those that did not, with the reason.</summary>
public enum IceCounter
{
    /// <summary>Valid connectivity checks that were answered with success.</summary>
    ChecksAnswered,

    /// <summary>Valid success responses to our own checks.</summary>
    ChecksSucceeded,

    NotStun,
    MalformedAttribute,
    BadFingerprint,

    /// <summary>A request without USERNAME or MESSAGE-INTEGRITY. (RFC 8489 §9.1.3)</summary>
    MissingCredentials,

    /// <summary>A USERNAME that does not start with our ufrag. (RFC 8445 §7.3)</summary>
    WrongUsername,

    /// <summary>A MESSAGE-INTEGRITY that the password did not make.</summary>
    BadIntegrity,

    /// <summary>Attributes that must be understood and are not: answered with 420. (RFC 8489 §6.3.1)</summary>
    UnknownAttribute,

    /// <summary>Both sides claim the same role: answered with 487, or our role changed. (RFC 8445 §7.3.1.1)</summary>
    RoleConflict,

    /// <summary>A response to no check of ours, or from another address than the check went to. (RFC 8445 §7.2.5.2.1)</summary>
    UnmatchedResponse,

    /// <summary>An authentic error response.</summary>
    ErrorResponse,

    /// <summary>A check that came before from elsewhere, now from an unknown address: a copy, which is answered and moves nothing.</summary>
    ReplayedCheck,

    /// <summary>Addresses that no description named, learnt from an authentic check. (RFC 8445 §7.3.1.3)</summary>
    PeerReflexiveLearnt,

    /// <summary>Candidates of the remote that name a host instead of an address (mDNS): checks from there make its address known.</summary>
    HostNameCandidates,

    /// <summary>Candidates of the remote that cannot be paired, are too many, or came after the end of candidates.</summary>
    CandidatesIgnored,

    /// <summary>Indications and unknown methods: nothing to do. (RFC 8445 §11)</summary>
    Ignored,

    /// <summary>An error response longer than its request: not sent, so that nobody is flooded through us.</summary>
    ErrorWithheld,

    /// <summary>The outgoing queue was full.</summary>
    QueueFull,
}
