using System.Net;
using Parley.Net.Inner;

namespace Parley.Net.Tests;

/// <summary>Runs when no other test does: their garbage would be collected, and a collection counts the unused rest of the shard's buffer.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public void A_packet_in_and_a_packet_out_allocate_nothing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The portable port makes no such promise.");
        const int Warm = 2000, Measured = 20_000;
        using var group = PortKinds.Bind(usePlainSockets: false);
        var seen = 0;
        long before = 0, after = 0;
        group.Start(_ => new EchoHandler
        {
            // Runs on the shard's thread.
            OnDatagram = () =>
            {
                seen++;
                if (seen == Warm) before = GC.GetAllocatedBytesForCurrentThread();
                if (seen == Warm + Measured) after = GC.GetAllocatedBytesForCurrentThread();
            },
        });
        using var client = DatagramTests.Client(group.LocalEndPoint);
        var packet = new byte[120];
        for (var i = 0; i < Warm + Measured; i += 8)
        {
            for (var j = 0; j < 8; j++) client.Send(packet);
            for (var j = 0; j < 8; j++) client.Receive(packet);
        }
        group.Dispose();
        Assert.Equal(Warm + Measured, seen);
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_packet_in_and_a_packet_out_by_way_of_a_relay_allocate_nothing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The portable port makes no such promise.");
        const int Warm = 2000, Measured = 20_000, Bundled = 8;
        using var group = ShardGroup.Bind(
            new ShardGroupConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), ShardCount = 1, Relayed = new RelayedConfig() }, new MonotonicClock(TimeProvider.System));
        var seen = 0;
        long before = 0, after = 0;
        group.Start(_ => new EchoHandler
        {
            OnDatagram = () =>
            {
                seen++;
                if (seen == Warm) before = GC.GetAllocatedBytesForCurrentThread();
                if (seen == Warm + Measured) after = GC.GetAllocatedBytesForCurrentThread();
            },
        });
        using var relay = DatagramTests.Client(group.LocalEndPoint);
        var datagram = new byte[InnerLayout.DefaultMaxLength];
        var writer = InnerWriter.Begin(datagram, InnerDirection.ToTransceiver, ingress: 1, authenticator: null);
        for (var i = 0; i < Bundled; i++) Assert.True(writer.TryAdd(datagram, TransportAddress.FromIPv4(0xC0000201, (ushort)(40_000 + i)), new byte[120]));
        var length = writer.Finish(datagram);
        var answer = new byte[2048];
        for (var i = 0; i < Warm + Measured; i += Bundled)
        {
            relay.Send(datagram.AsSpan(0, length));
            for (var read = 0; read < length;) read += relay.Receive(answer);
        }
        group.Dispose();
        Assert.Equal(Warm + Measured, seen);
        Assert.Equal(before, after);
    }
}
