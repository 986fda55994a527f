using System.Net;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

/// <summary>Shards on loopback that accept TCP, with a <see cref="StreamHandler"/> each.</summary>
internal sealed class StreamGroup : IDisposable
{
    private readonly ShardGroup _group;

    public StreamGroup(TcpConfig? config = null, int shards = 1, Action? onDatagram = null)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("TCP needs Linux.");
        _group = PortKinds.Bind(usePlainSockets: false, shards);
        _group.AddTcp((config ?? Patient) with { Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        _group.Start(shard =>
        {
            var handler = new StreamHandler(shard, _group.Shards) { OnDatagram = onDatagram };
            Handlers.Add(handler);
            return handler;
        });
    }

    /// <summary>No time-out strikes during a test that is not about it.</summary>
    public static TcpConfig Patient { get; } = new() { UnprovenTime = PortKinds.Hang, IdleTime = PortKinds.Hang, StuckTime = PortKinds.Hang };

    public List<StreamHandler> Handlers { get; } = [];

    public IPEndPoint EndPoint => _group.TcpEndPoint!;

    public IPEndPoint UdpEndPoint => _group.LocalEndPoint;

    public Shard Shard => _group.Shards[0];

    public int ConnectionCount => _group.TcpConnectionCount;

    public long this[TcpCounter counter] => _group.Shards.Sum(shard => shard.TcpCounters![counter]);

    public StreamClient Connect(int receiveBuffer = 0) => new(EndPoint, receiveBuffer);

    /// <summary>Waits for another thread's counter; only a hang ends it without success.</summary>
    public async Task UntilAsync(TcpCounter counter, long count)
    {
        var hang = TimeProvider.System.GetTimestamp();
        while (this[counter] < count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(hang) < PortKinds.Hang, $"{counter} stayed at {this[counter]} of {count}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _group.Dispose();
}
