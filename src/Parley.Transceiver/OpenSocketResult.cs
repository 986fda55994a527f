using Parley.Transceiver.Sockets;

namespace Parley.Transceiver;

/// <summary>What came of the wish to open a call on a WebSocket: a <see cref="SocketOpened"/> or a <see cref="SocketRefused"/>.</summary>
public abstract record OpenSocketResult;

/// <param name="Connection">Run it on the WebSocket, or dispose of it.</param>
public sealed record SocketOpened(SocketConnection Connection) : OpenSocketResult;

/// <inheritdoc cref="CallRefused"/>
public sealed record SocketRefused(CallRefusal Reason, string Code, string Message) : OpenSocketResult;
