using Parley.Rtc.Rtp;

namespace Parley.Rtc.Tests.Rtp;

public sealed class ReceiverStatisticsTests
{
    [Fact]
    public void Loss_is_what_is_missing_between_the_first_and_the_highest()
    {
        var statistics = new ReceiverStatistics(1, 48_000);
        for (var i = 0; i < 100; i++)
            if (i % 10 != 5) Receive(statistics, 65_500 + i, i * 20);
        Assert.Equal(100, statistics.Expected);
        Assert.Equal(10, statistics.Lost);
        var block = statistics.TakeReportBlock(new Instant(0));
        Assert.Equal(10, block.CumulativeLost);
        Assert.Equal(25, block.FractionLost); // 10 % of 256
        Assert.Equal(65_599u, block.HighestSequence); // one cycle and 63
    }

    [Fact]
    public void The_fraction_lost_starts_anew_with_each_report()
    {
        var statistics = new ReceiverStatistics(1, 48_000);
        Receive(statistics, 0, 0);
        Receive(statistics, 3, 60);
        Assert.Equal(128, statistics.TakeReportBlock(new Instant(0)).FractionLost);
        Receive(statistics, 4, 80);
        var block = statistics.TakeReportBlock(new Instant(0));
        Assert.Equal((0, 2), (block.FractionLost, block.CumulativeLost));
    }

    [Fact]
    public void A_late_packet_takes_the_loss_back_and_is_not_the_newest()
    {
        var statistics = new ReceiverStatistics(1, 48_000);
        Assert.True(Receive(statistics, 10, 0));
        Assert.True(Receive(statistics, 12, 40));
        Assert.Equal(1, statistics.Lost);
        Assert.False(Receive(statistics, 11, 45));
        Assert.Equal(0, statistics.Lost);
    }

    [Fact]
    public void Even_spacing_has_no_jitter_and_uneven_spacing_has()
    {
        var even = new ReceiverStatistics(1, 48_000);
        var uneven = new ReceiverStatistics(1, 48_000);
        for (var i = 0; i < 500; i++)
        {
            Receive(even, i, i * 20);
            Receive(uneven, i, i * 20 + (i % 2 == 0 ? 0 : 10));
        }
        Assert.Equal(TimeSpan.Zero, even.Jitter);
        Assert.InRange(uneven.Jitter.TotalMilliseconds, 9.9, 10.0); // every difference of transit times is 10 ms
    }

    [Fact]
    public void The_delay_since_the_last_sender_report_is_told()
    {
        var statistics = new ReceiverStatistics(1, 48_000);
        Receive(statistics, 0, 0);
        statistics.HandleSenderReport(0x0000_ABCD_1234_0000, Instant.FromMilliseconds(1000));
        var block = statistics.TakeReportBlock(Instant.FromMilliseconds(1500));
        Assert.Equal((0xABCD_1234u, 32_768u), (block.LastSenderReport, block.DelaySinceLastSenderReport));
    }

    private static bool Receive(ReceiverStatistics statistics, int sequence, int atMilliseconds) =>
        statistics.HandlePacket(new SeqNo((ushort)sequence), (uint)(sequence * 960), Instant.FromMilliseconds(atMilliseconds));
}
