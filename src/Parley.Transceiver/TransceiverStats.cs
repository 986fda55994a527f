using Parley.Net.Tcp;

namespace Parley.Transceiver;

/// <summary>A snapshot of a transceiver, for health checks and reports. Counters grow from the start of the process's transceiver.</summary>
public sealed record TransceiverStats
{
    /// <summary>Calls that live on a shard or on a WebSocket.</summary>
    public required int CallsOpen { get; init; }

    /// <summary>Those of them that live on a WebSocket.</summary>
    public required int SocketCallsOpen { get; init; }

    /// <summary>Calls whose answer was given and whose first valid packet has not come yet.</summary>
    public required int CallsWaiting { get; init; }

    public required long CallsCreated { get; init; }

    public required long CallsConnected { get; init; }

    public required IReadOnlyDictionary<CallCloseReason, long> CallsClosed { get; init; }

    public required IReadOnlyDictionary<CallRefusal, long> CallsRefused { get; init; }

    public required long DatagramsReceived { get; init; }

    public required long DatagramsSent { get; init; }

    /// <summary>TCP connections that are open.</summary>
    public required int TcpConnectionsOpen { get; init; }

    /// <summary>What became of TCP connections and their frames, by reason.</summary>
    public required IReadOnlyDictionary<TcpCounter, long> Tcp { get; init; }

    /// <summary>
    /// Datagrams that had no effect, by reason: "route.…" no call, "peer.…" the call's transport, "socket.…" the UDP sockets, "tcp.…"
    /// the connections.
    /// </summary>
    public required IReadOnlyDictionary<string, long> Drops { get; init; }

    /// <summary>Flaws of ours that ended a call or a datagram's handling.</summary>
    public required long Faults { get; init; }
}
