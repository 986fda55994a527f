using System.Net;
using Parley.Net.Inner;
using Parley.Net.Tcp;

namespace Parley.Net.Forwarding;

/// <summary>What a <see cref="ForwarderGroup"/> is made of.</summary>
public sealed record ForwarderConfig
{
    /// <summary>The public UDP port; 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>
    /// Where transceivers answer: worker 0 at this port, each further worker at the next one. Fixed numbers let calls go on through a restart, for transceivers
    /// go on sending there; port 0 takes free ones.
    /// </summary>
    public required IPEndPoint Inner { get; init; }

    /// <summary>This relay's number, which transceivers give back.</summary>
    public ushort Ingress { get; init; }

    /// <summary>Threads, each with its sockets and its share of the flows.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Flows at a time, over all workers.</summary>
    public int MaxFlows { get; init; } = 65536;

    /// <summary>How long a flow is kept that no transceiver has answered. Up to 254 s, as <see cref="IdleTime"/>.</summary>
    public TimeSpan UnconfirmedTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a flow is kept without a packet: twice the interval at which the slowest clients check a spare path.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest that a packet waits for others while many come; while few come, none waits. Zero: none ever.</summary>
    public TimeSpan MaxTick { get; init; } = Cadence.DefaultTick;

    /// <summary>Packets of one tick for one transceiver share datagrams.</summary>
    public bool BundlesPackets { get; init; } = true;

    /// <summary>Datagrams of one length to one destination leave in one piece, which the kernel or the network card takes apart.</summary>
    public bool UsesSegments { get; init; } = true;

    /// <summary>The longest inner datagram, in bytes of UDP payload: what the private network carries unfragmented.</summary>
    public int MaxInnerLength { get; init; } = InnerLayout.DefaultMaxLength;

    /// <summary>TCP clients; null: none. <see cref="TcpConfig.Listen"/> must be set.</summary>
    public TcpConfig? Tcp { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> and says what is wrong.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFlows, Workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFlows / Workers, MaxFlowsPerWorker, nameof(MaxFlows));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTick, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxTick, LongestTick);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInnerLength, BundleQueue.MinDatagramLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxInnerLength, BundleQueue.MaxDatagramLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(UnconfirmedTime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UnconfirmedTime, LongestTime);
        ArgumentOutOfRangeException.ThrowIfLessThan(IdleTime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(IdleTime, LongestTime);
        if (Inner.Port != 0 && Inner.Port + Workers - 1 > IPEndPoint.MaxPort)
            throw new ArgumentException($"{Workers} workers need as many ports from {Inner.Port} on, and there are none above {IPEndPoint.MaxPort}.", nameof(Inner));
        if (Tcp is { Listen: null }) throw new ArgumentException("A relay accepts TCP connections and makes none: Listen must be set.", nameof(Tcp));
    }

    private const int MaxFlowsPerWorker = 1 << 24;
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(254);
}
