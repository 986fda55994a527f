using System.Net.Sockets;

namespace Parley.Transceiver;

/// <summary>The TCP port cannot be opened; the inner exception says why.</summary>
public sealed class TcpPortException(SocketException inner) : Exception(inner?.Message, inner);
