namespace Parley.Rtc.Sctp;

/// <summary>Why an association ended.</summary>
public enum SctpCloseReason
{
    None,

    /// <summary>We asked for an orderly end and the peer confirmed it.</summary>
    LocalShutdown,

    /// <summary>The peer asked for an orderly end.</summary>
    RemoteShutdown,

    LocalAbort,
    RemoteAbort,

    /// <summary>The peer never answered our INIT or COOKIE ECHO.</summary>
    HandshakeTimeout,

    /// <summary>Data or heartbeats went unanswered too often in a row.</summary>
    RetransmissionLimit,

    /// <summary>An orderly end took too long.</summary>
    ShutdownTimeout,

    /// <summary>The peer broke the protocol in a way that data cannot survive.</summary>
    ProtocolViolation,

    /// <summary>The peer sent a message longer than we announced to accept.</summary>
    MessageTooLarge,

    /// <summary>The peer filled the receive buffer with what can never be delivered.</summary>
    OutOfResource,

    /// <summary>The peer lost its state and began anew; channels cannot survive that.</summary>
    PeerRestarted,
}
