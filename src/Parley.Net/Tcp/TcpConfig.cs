using System.Net;

namespace Parley.Net.Tcp;

/// <summary>How a <see cref="ShardGroup"/> speaks TCP, and what bounds it.</summary>
public sealed record TcpConfig
{
    /// <summary>Where connections are accepted; port 0 takes a free one. Null: none are accepted, they are made to where something is sent.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Connections at a time, over all shards.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Connections at a time from one IPv4 address or one IPv6 /64: an office behind one address is still served.</summary>
    public int MaxPerSource { get; init; } = 256;

    /// <summary>Connections at a time, on each shard, that no call has kept yet. One more evicts the oldest.</summary>
    public int MaxUnproven { get; init; } = 512;

    /// <summary>Time from its opening within which a call must keep a connection.</summary>
    public TimeSpan UnprovenTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time without a frame after which a connection is closed: twice the interval at which the slowest clients check a spare path.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time in which a peer must take at least a byte of what waits for it.</summary>
    public TimeSpan StuckTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time that a peer has to close a connection that is ended, and to take what was sent before.</summary>
    public TimeSpan ClosingTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the times above are looked at.</summary>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
