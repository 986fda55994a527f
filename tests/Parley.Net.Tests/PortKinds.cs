using System.Net;

namespace Parley.Net.Tests;

/// <summary>Every test of the port runs on the batched Linux port and on the portable one.</summary>
internal static class PortKinds
{
    /// <summary>How long a test waits for another thread before it calls the run hung. Nothing is asserted about real time.</summary>
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    public static TheoryData<bool> UsePlainSockets => OperatingSystem.IsLinux() ? [false, true] : [true];

    public static ShardGroup Bind(bool usePlainSockets, int shards = 1, IPAddress? address = null) => ShardGroup.Bind(
        new ShardGroupConfig
        {
            Local = new IPEndPoint(address ?? IPAddress.Loopback, 0),
            UsePlainSockets = usePlainSockets,
            ShardCount = shards,
            PostCapacity = 16,
        },
        new MonotonicClock(TimeProvider.System));
}
