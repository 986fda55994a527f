using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

[Collection(AllocationTestCollection.Name)]
public sealed class AllocationTests
{
    private readonly byte[] _packet = new byte[1200];
    private readonly byte[] _payload = new byte[4096];
    private readonly SctpAssociation _left = new(SctpConfig.Default, new SeededRandom(1));
    private readonly SctpAssociation _right = new(SctpConfig.Default, new SeededRandom(2));
    private Instant _now = new(0);
    private int _messages;

    [Theory]
    [InlineData(100)]
    [InlineData(4000)]
    public void Messages_acknowledgements_and_heartbeats_allocate_nothing_once_warm(int size)
    {
        _left.Start(_now);
        Exchange();
        Assert.Equal(SctpState.Established, _right.State);
        for (var i = 0; i < 300; i++) Round(size);
        _messages = 0;
        var allocated = AllocationMeter.Start();
        for (var i = 0; i < 1000; i++) Round(size);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(2000, _messages);
    }

    /// <summary>A message each way, and time enough now and then for timers and heartbeats.</summary>
    private void Round(int size)
    {
        _left.Send(0, 53, false, _payload.AsSpan(0, size), _now);
        _right.Send(0, 53, false, _payload.AsSpan(0, size), _now);
        Exchange();
        _now += TimeSpan.FromSeconds(_messages % 20 == 0 ? 40 : 0.02);
        _left.HandleTimeout(_now);
        _right.HandleTimeout(_now);
        Exchange();
    }

    private void Exchange()
    {
        for (var moved = true; moved;)
        {
            moved = Drain(_left, _right);
            moved |= Drain(_right, _left);
        }
    }

    private bool Drain(SctpAssociation from, SctpAssociation to)
    {
        var moved = false;
        while (from.TryPollTransmit(_packet, out var length))
        {
            to.HandlePacket(_packet.AsSpan(0, length), _now);
            moved = true;
        }
        while (to.TryPollEvent(out var e))
            if (e.Kind == SctpEventKind.MessageReceived && to.ReadPayload(_payload) > 0) _messages++;
        return moved;
    }
}
