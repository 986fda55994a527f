using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

[Collection(AllocationTestCollection.Name)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audio_allocates_nothing_in_either_direction(bool isFromCaller)
    {
        using var pair = new PeerPair(5);
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        var (sender, receiver) = isFromCaller ? (pair.Caller, pair.Callee) : (pair.Callee, pair.Caller);
        Send(sender, receiver, 0, 200);
        var allocated = AllocationMeter.Start();
        Send(sender, receiver, 200, 2000);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(2200, receiver.Peer.Stats.PacketsReceived);
    }

    private static void Send(SimulatedPeer sender, SimulatedPeer receiver, int first, int count)
    {
        Span<byte> opus = stackalloc byte[80];
        Span<byte> buffer = stackalloc byte[1500];
        Span<byte> payload = stackalloc byte[1500];
        var now = new Instant(TimeSpan.TicksPerSecond);
        for (var i = first; i < first + count; i++)
        {
            now += TimeSpan.FromMicroseconds(20);
            sender.Peer.TrySendAudio(opus, (uint)(i * 960), false, now);
            while (sender.Peer.TryPollTransmit(buffer, out var transmit))
                receiver.Peer.HandleDatagram(new Datagram(buffer[..transmit.Length], sender.Address), now);
            while (receiver.Peer.TryPollEvent(out _)) receiver.Peer.ReadPayload(payload);
            while (receiver.Peer.TryPollTransmit(buffer, out _)) { }
        }
    }
}
