using Parley.Realtime;
using Parley.Rtc;

namespace Parley.Transceiver;

/// <summary>What the end of a peer, or of a session, means for its call.</summary>
internal static class CloseReasons
{
    public static CallCloseReason OfCall(this CloseReason reason) => reason switch
    {
        CloseReason.SessionExpired => CallCloseReason.SessionExpired,
        CloseReason.LimitReached => CallCloseReason.LimitReached,
        _ => CallCloseReason.ClientTooSlow,
    };

    public static CallCloseReason OfCall(this PeerCloseReason reason) => reason switch
    {
        PeerCloseReason.ConsentExpired => CallCloseReason.ConsentExpired,
        PeerCloseReason.ConnectTimedOut => CallCloseReason.ConnectTimedOut,
        PeerCloseReason.HandshakeFailed => CallCloseReason.HandshakeFailed,
        PeerCloseReason.DataChannelsFailed => CallCloseReason.DataChannelFailed,
        _ => CallCloseReason.RemoteClosed,
    };

    /// <summary>The connection ended, and not the conversation: the session may go on over another one.</summary>
    public static bool IsResumable(this CallCloseReason reason) => reason is CallCloseReason.ConsentExpired or CallCloseReason.ConnectTimedOut
        or CallCloseReason.HandshakeFailed or CallCloseReason.DataChannelFailed or CallCloseReason.ConnectionLost or CallCloseReason.TakenOver or CallCloseReason.ShuttingDown;
}
