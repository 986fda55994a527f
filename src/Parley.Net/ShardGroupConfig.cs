using System.Net;
using Parley.Net.Inner;

namespace Parley.Net;

/// <summary>Where and how a <see cref="ShardGroup"/> listens.</summary>
public sealed record ShardGroupConfig
{
    /// <summary>Port 0 takes a free one. <see cref="IPAddress.IPv6Any"/> takes IPv4 too; where there is no IPv6, it means <see cref="IPAddress.Any"/>.</summary>
    public IPEndPoint Local { get; init; } = new(IPAddress.IPv6Any, 3478);

    /// <summary>
    /// Threads with a socket each. One where there are at most two cores, because the models need the other; else one a
    /// core up to four, which is about 400 calls that speak without pause (one core encodes and decodes 107).
    /// </summary>
    public int ShardCount { get; init; } = Environment.ProcessorCount <= 2 ? 1 : Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Plain sockets, which every system has, instead of Linux's batched system calls. One shard only.</summary>
    public bool UsePlainSockets { get; init; } = !OperatingSystem.IsLinux();

    /// <summary>Clients come by way of relays, and the port is one of the private network. Null: they send to the port itself.</summary>
    public RelayedConfig? Relayed { get; init; }

    /// <summary>Posts that may wait for one shard; a power of two.</summary>
    public int PostCapacity { get; init; } = 4096;
}
