using Parley.Net.Forwarding;

namespace Parley.Net.Tests.Forwarding;

/// <summary>As <see cref="AllocationTests"/>: alone, because garbage of others would be collected in between.</summary>
[Collection(nameof(AllocationTests))]
public sealed class ForwardingAllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_packet_to_a_transceiver_and_one_back_allocate_nothing(bool bundles)
    {
        const int Warm = 1000, Measured = 4000, Burst = 8;
        var meter = new Meter(Warm, Warm + Measured);
        using var rig = new RelayRig(config => config with { BundlesPackets = bundles });
        rig.Policy.OnOwnerAsked = meter.Note;
        var client = rig.Client();
        // A check with a new name each time, so that the policy, which reads the meter on the forwarder's thread, is asked each time.
        var check = RelayRig.Stun(0x0001);
        var answer = new byte[] { 200, 1, 2, 3 };
        var buffer = new byte[9216];
        client.Send(check);
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        for (var i = 0; i < Warm + Measured; i += Burst)
        {
            for (var j = 0; j < Burst; j++)
            {
                BitConverter.TryWriteBytes(check.AsSpan(21), i + j + 1);
                client.Send(check);
            }
            for (var received = 0; received < Burst;) received += rig.ReceiveBundle(rig.Transceivers[0]).Count;
            rig.Answer(rig.Transceivers[0], Enumerable.Repeat((from, answer), Burst));
            for (var j = 0; j < Burst; j++) client.Receive(buffer);
        }
        rig.Group.Dispose();
        Assert.True(meter.IsComplete);
        Assert.Equal(0, meter.Bytes);
    }

    private sealed class Meter(int first, int last)
    {
        private int _seen;
        private long _before;

        public bool IsComplete => _seen >= last;

        public long Bytes { get; private set; } = -1;

        public void Note()
        {
            _seen++;
            if (_seen == first) _before = GC.GetAllocatedBytesForCurrentThread();
            if (_seen == last) Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
        }
    }
}
