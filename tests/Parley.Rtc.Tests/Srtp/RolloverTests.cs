using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>The index estimate of RFC 3711 §3.3.1 and Appendix A.</summary>
public sealed class RolloverTests
{
    [Theory]
    [InlineData(0x0_0005, 6, 0x0_0006)] // in order
    [InlineData(0x0_FFFF, 0, 0x1_0000)] // the rollover
    [InlineData(0x0_F000, 5, 0x1_0005)] // the rollover, with loss
    [InlineData(0x1_0002, 0xFFF0, 0x0_FFF0)] // late, from before it
    [InlineData(0x0_0002, 0xFFF0, 0x0_FFF0)] // never before the beginning
    [InlineData(0x3_8000, 0, 0x3_0000)] // exactly half a round: not ahead
    [InlineData(0x3_8001, 0, 0x4_0000)]
    [InlineData(0xFFFF_FFFF_FFFF, 0, 0x1_0000_0000_0000)] // used up: more than 48 bits
    public void The_index_is_the_one_nearest_to_the_newest(ulong newest, ushort sequence, ulong expected)
    {
        var window = new ReplayWindow();
        window.Accept(newest);
        Assert.Equal(expected, SrtpSource.EstimateRtpIndex(window, sequence));
    }

    [Fact]
    public void The_first_packet_of_a_source_has_rollover_counter_zero() =>
        Assert.Equal(40_000UL, SrtpSource.EstimateRtpIndex(new ReplayWindow(), 40_000));
}
