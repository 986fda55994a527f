using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

[Collection(nameof(AllocationTests))]
public sealed class StreamAllocationTests
{
    [Fact]
    public void A_frame_in_and_a_frame_out_allocate_nothing()
    {
        const int Warm = 2000, Measured = 20_000;
        var seen = 0;
        long before = 0, after = 0;
        using var group = new StreamGroup(onDatagram: () =>
        {
            // On the shard's thread.
            seen++;
            if (seen == Warm) before = GC.GetAllocatedBytesForCurrentThread();
            if (seen == Warm + Measured) after = GC.GetAllocatedBytesForCurrentThread();
        });
        using var client = group.Connect();
        var burst = new byte[8 * (StreamFrame.HeaderLength + 120)];
        for (var i = 0; i < 8; i++)
        {
            StreamFrame.Write(new byte[120], burst.AsSpan(i * (StreamFrame.HeaderLength + 120)));
            burst[(i * (StreamFrame.HeaderLength + 120)) + 2] = (byte)'k';
        }
        var answers = new byte[burst.Length];
        for (var i = 0; i < Warm + Measured; i += 8)
        {
            client.Socket.Send(burst);
            for (var length = 0; length < answers.Length;) length += client.Socket.Receive(answers.AsSpan(length));
        }
        group.Dispose();
        Assert.Equal(Warm + Measured, seen);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Connections_that_come_and_go_leave_no_file_descriptors()
    {
        using var group = new StreamGroup(shards: 2);
        ComeAndGo();
        var before = Count();
        for (var i = 0; i < 20; i++) ComeAndGo();
        Assert.True(SpinWait.SpinUntil(() => group.ConnectionCount == 0, PortKinds.Hang));
        // The runtime itself may open a file or two.
        Assert.InRange(Count(), 0, before + 10);

        static int Count() => Directory.GetFiles("/proc/self/fd").Length;

        void ComeAndGo()
        {
            for (byte i = 0; i < 10; i++)
            {
                using var client = group.Connect();
                client.Ask([(byte)'m', (byte)(i % 2)]);
            }
        }
    }
}
