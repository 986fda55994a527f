using System.Net;
using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver;

/// <summary>Where a <see cref="CallTransceiver"/> listens and how much it takes.</summary>
public sealed record TransceiverConfig
{
    /// <summary>The one UDP port; 0 takes a free one. <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</summary>
    public IPEndPoint Local { get; init; } = new(IPAddress.IPv6Any, 3478);

    /// <summary>
    /// The one TCP port, for clients that UDP does not reach (RFC 6544); 0 takes a free one, that of <see cref="Local"/> where it can.
    /// Null, or with <see cref="UsePlainSockets"/>: none.
    /// </summary>
    public IPEndPoint? Tcp { get; init; }

    /// <summary>
    /// Addresses that answers name as candidates, most preferred first: what clients can reach. Port 0 stands for the port
    /// that the socket really has. The first four are named with the TCP port, too.
    /// </summary>
    public required IReadOnlyList<IPEndPoint> Advertised { get; init; }

    /// <summary>Cluster and node that call ids and routes name; a server that stands alone is node 0 of cluster 0.</summary>
    public CallId Node { get; init; }

    /// <summary>
    /// Seals the way to this node into the ICE ufrag of each call, for the relays that have the same keys. Null: with a key that the transceiver makes
    /// for itself, which suits one without relays.
    /// </summary>
    public RouteSealer? Routes { get; init; }

    /// <summary>How long a route may begin flows; no less than a call lasts, whose client may move to another address at any time.</summary>
    public TimeSpan RouteLifetime { get; init; } = TimeSpan.FromMinutes(65);

    /// <summary>
    /// Clients come by way of relays: <see cref="Local"/> is a port of the private network, <see cref="Advertised"/> are addresses of relays, and
    /// <see cref="Tcp"/> is null. Null: they come to the ports themselves.
    /// </summary>
    public RelayedConfig? Relayed { get; init; }

    /// <summary>Null: <see cref="Net.ShardGroupConfig"/>'s default.</summary>
    public int? ShardCount { get; init; }

    /// <summary>The portable sockets even where batched system calls exist.</summary>
    public bool UsePlainSockets { get; init; } = !OperatingSystem.IsLinux();

    /// <summary>Calls at a time, over WebRTC and on WebSockets together, those that wait for their first packet included. More are refused.</summary>
    public int MaxCalls { get; init; } = 500;

    /// <summary>How patient calls on WebSockets are.</summary>
    public SocketLimits Sockets { get; init; } = SocketLimits.Default;

    /// <summary>How long a session whose connection was lost can be resumed; zero: it ends with its connection.</summary>
    public TimeSpan ResumeTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where such sessions are kept; null: in memory.</summary>
    public ISessionStore? SessionStore { get; init; }

    /// <summary>Time from the answer within which a call must be connected.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a DTLS certificate is given to new calls before a new one is made; running calls keep theirs. Up to 300 days: it is valid for a year.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Silence on the network after which a call ends. (RFC 7675 §5.1)</summary>
    public TimeSpan ConsentTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
