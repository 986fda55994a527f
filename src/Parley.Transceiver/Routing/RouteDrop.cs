namespace Parley.Transceiver.Routing;

/// <summary>Why a datagram reached no call.</summary>
public enum RouteDrop
{
    /// <summary>From an address that no call validated, and not a connectivity check that names a user.</summary>
    UnknownSource,

    /// <summary>Media from an unknown address whose SSRC is known here, but that no call's keys made.</summary>
    MediaNotAuthentic,

    /// <summary>A connectivity check for a user that is no call here: it has ended, or never was.</summary>
    UnknownUfrag,

    /// <summary>A check that names a waiting call, but is not authentic.</summary>
    NotAuthentic,

    /// <summary>The call was being looked at by another shard at that moment; checks are repeated.</summary>
    Contended,

    /// <summary>The mailbox of the shard that owns the call was full.</summary>
    MailboxFull,

    /// <summary>Handed over for a call that ended meanwhile.</summary>
    HandedOverTooLate,
}
