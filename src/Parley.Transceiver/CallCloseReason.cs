namespace Parley.Transceiver;

/// <summary>Why a call ended.</summary>
public enum CallCloseReason
{
    /// <summary><see cref="CallTransceiver.HangUp"/>.</summary>
    HungUp,

    /// <summary>The client closed the connection.</summary>
    RemoteClosed,

    /// <summary>The client vanished.</summary>
    ConsentExpired,

    /// <summary>The connection was not up in time, or no packet came at all.</summary>
    ConnectTimedOut,

    /// <summary>The DTLS handshake failed.</summary>
    HandshakeFailed,

    /// <summary>The data channels' transport broke down.</summary>
    DataChannelFailed,

    /// <summary>The session reached its maximum duration.</summary>
    SessionExpired,

    /// <summary>A limit of whoever called was reached while the call ran.</summary>
    LimitReached,

    /// <summary>The client does not take its events.</summary>
    ClientTooSlow,

    /// <summary>The WebSocket broke without a goodbye, its client answered no ping, or was on a page that was left.</summary>
    ConnectionLost,

    /// <summary>What came over the WebSocket is not its protocol.</summary>
    ProtocolError,

    /// <summary>A message was longer than any event may be, came too slowly, or found no memory.</summary>
    MessageRefused,

    /// <summary>Another connection of the same client resumed the session.</summary>
    TakenOver,

    ShuttingDown,

    /// <summary>A flaw of ours: see the log.</summary>
    Fault,
}
