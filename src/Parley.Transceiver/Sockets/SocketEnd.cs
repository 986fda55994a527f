using System.Net.WebSockets;

namespace Parley.Transceiver.Sockets;

/// <summary>How a WebSocket ends. (RFC 6455 §7.4)</summary>
/// <param name="Description">For people; at most 123 bytes.</param>
/// <param name="LastEvent">An <c>error</c> event that goes before it in the place of what was not sent; empty: everything queued is sent.</param>
internal sealed record SocketEnd(WebSocketCloseStatus Status, string Description, ReadOnlyMemory<byte> LastEvent = default)
{
    /// <summary>What the end of a call means for everyone who listens in.</summary>
    public static SocketEnd Of(CallCloseReason reason) => reason switch
    {
        CallCloseReason.HungUp => new(WebSocketCloseStatus.NormalClosure, "The call was hung up."),
        CallCloseReason.SessionExpired => new(WebSocketCloseStatus.EndpointUnavailable, "The session hit its maximum duration."),
        CallCloseReason.LimitReached => new(WebSocketCloseStatus.PolicyViolation, "A limit of the API key was reached."),
        CallCloseReason.ShuttingDown => new(WebSocketCloseStatus.EndpointUnavailable, "The server is shutting down."),
        CallCloseReason.ClientTooSlow => new(WebSocketCloseStatus.PolicyViolation, "The client does not take its events."),
        CallCloseReason.ProtocolError => new(WebSocketCloseStatus.ProtocolError, "The client sent what is no message of this protocol."),
        CallCloseReason.TakenOver => new(WebSocketCloseStatus.NormalClosure, "The session goes on in another connection."),
        CallCloseReason.Fault => new(WebSocketCloseStatus.InternalServerError, "The server met a fault. Its log says more."),
        _ => new(WebSocketCloseStatus.NormalClosure, "The call is over."),
    };

    /// <summary>What there is to say to a client after its side ended like this.</summary>
    public static SocketEnd Of(SocketReadEnd reason) => reason switch
    {
        SocketReadEnd.TooLong => new(WebSocketCloseStatus.MessageTooBig, "The message is longer than any event may be."),
        SocketReadEnd.TooSlow => new(WebSocketCloseStatus.PolicyViolation, "A message was begun and not ended in time."),
        SocketReadEnd.NoMemory => new(TryAgainLater, "The server has no room for long messages now."),
        SocketReadEnd.Malformed => Of(CallCloseReason.ProtocolError),
        _ => new(WebSocketCloseStatus.NormalClosure, ""),
    };

    /// <summary>Registered with IANA after the RFC, and without a name in .NET.</summary>
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;
}
