using Parley.Rtc;

namespace Parley.Transceiver;

/// <summary>What the end of a peer means for its call.</summary>
internal static class PeerCloseReasons
{
    public static CallCloseReason OfCall(this PeerCloseReason reason) => reason switch
    {
        PeerCloseReason.ConsentExpired => CallCloseReason.ConsentExpired,
        PeerCloseReason.ConnectTimedOut => CallCloseReason.ConnectTimedOut,
        PeerCloseReason.HandshakeFailed => CallCloseReason.HandshakeFailed,
        PeerCloseReason.DataChannelsFailed => CallCloseReason.DataChannelFailed,
        _ => CallCloseReason.RemoteClosed,
    };
}
