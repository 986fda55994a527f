using System.Buffers.Binary;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Srtp;

[Collection(AllocationTestCollection.Name)]
public sealed class AllocationTests
{
    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void Protecting_and_unprotecting_allocate_nothing(SrtpProfile profile)
    {
        var (sender, receiver) = SrtpPackets.Sessions(profile);
        var plain = SrtpPackets.Rtp(0);
        var report = SrtpPackets.RandomRtcp(new(1), 1);
        var buffer = new byte[1500];
        Exchange(0, 200);
        var allocated = AllocationMeter.Start();
        Exchange(200, 1200);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(1200, receiver.ReceivedRtp[SrtpStatus.Ok]);
        Assert.Equal(1200, receiver.ReceivedRtcp[SrtpStatus.Ok]);
        Assert.Equal(1200, receiver.ReceivedRtp[SrtpStatus.Replayed]);

        void Exchange(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                plain.CopyTo(buffer, 0);
                BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), (ushort)i);
                sender.TryProtectRtp(buffer, plain.Length, out var length);
                receiver.UnprotectRtp(buffer.AsSpan(0, length), out _);
                receiver.UnprotectRtp(buffer.AsSpan(0, length), out _);
                report.CopyTo(buffer, 0);
                sender.TryProtectRtcp(buffer, report.Length, out length);
                receiver.UnprotectRtcp(buffer.AsSpan(0, length), out _);
            }
        }
    }
}
