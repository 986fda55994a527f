using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>How one hole in the sequence is closed.</summary>
public sealed class UplinkHoleTests : IDisposable
{
    private readonly UplinkCall _call = new(LinkConditions.Perfect, seed: 1);

    public void Dispose() => _call.Dispose();

    [Fact]
    public void What_is_in_order_passes_at_once()
    {
        for (var i = 0; i < 50; i++) _call.Insert(i * 20, 10 + i);
        Assert.Equal(50, _call.Frames.Count);
        Assert.All(_call.Frames, f => Assert.Equal(_call.Arrivals[f.Frame.RtpTimestamp], f.At));
        Assert.Equal(TimeSpan.FromMilliseconds(49 * 20), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void One_lost_packet_is_rebuilt_as_soon_as_the_next_one_comes()
    {
        _call.Insert(0, 10);
        _call.Insert(40, 12);
        Assert.Equal("DRD", _call.Kinds);
        Assert.Equal(40, _call.Frames[1].At.TotalMilliseconds);
        Assert.Equal(11u * UplinkCall.Step, _call.Frames[1].Frame.RtpTimestamp);
    }

    [Fact]
    public void Without_fec_a_hole_stays_open_for_20_ms_and_is_concealed()
    {
        _call.Insert(0, 10, withFec: false);
        _call.Insert(40, 12, withFec: false);
        Assert.Equal("D", _call.Kinds);
        Assert.Equal("uplink.hole", _call.Uplink.NextDeadline.Reason);
        _call.Insert(60, 13, withFec: false);
        Assert.Equal("DCDD", _call.Kinds);
        Assert.Equal(60, _call.Frames[1].At.TotalMilliseconds);
    }

    [Fact]
    public void A_packet_that_comes_while_its_hole_is_open_takes_its_place()
    {
        _call.Insert(0, 10, withFec: false);
        _call.Insert(40, 12, withFec: false);
        _call.Insert(45, 11, withFec: false);
        Assert.Equal("DDD", _call.Kinds);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.Reordered]);
    }

    [Fact]
    public void Reordering_that_was_seen_is_waited_for_even_when_fec_could_repair()
    {
        _call.Insert(0, 10);
        _call.Insert(40, 12);
        _call.Insert(55, 11); // rebuilt already: a revision, and a lesson
        Assert.Equal("DRDR", _call.Kinds);
        Assert.Equal(UplinkFrameKind.Revision, _call.Frames[3].Frame.Kind);
        Assert.Equal(TimeSpan.FromMilliseconds(20), _call.Frames[3].Frame.CaptureTime);
        _call.Insert(80, 14);
        _call.Insert(94, 13);
        Assert.Equal("DRDRDD", _call.Kinds);
        // And forgotten after a while in order.
        for (var i = 15; i < 3000; i++) _call.Insert(i * 20, i);
        _call.Insert(3001 * 20, 3001);
        Assert.Equal(UplinkFrameKind.RecoveredByFec, _call.Frames[^2].Frame.Kind);
        Assert.Equal(3001 * 20, _call.Frames[^2].At.TotalMilliseconds);
    }

    [Fact]
    public void Of_two_lost_packets_the_second_is_rebuilt_and_the_first_concealed()
    {
        _call.Insert(0, 10);
        _call.Insert(60, 13);
        _call.Clock.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal("DCRD", _call.Kinds);
        Assert.Equal(80, _call.Frames[1].At.TotalMilliseconds);
    }

    [Fact]
    public void A_long_loss_ends_in_silence_and_keeps_the_clock()
    {
        _call.Insert(0, 10);
        _call.Insert(2000, 110);
        _call.Clock.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal(100, _call.Frames.Count(f => f.Frame.Kind != UplinkFrameKind.Decoded) + 1);
        Assert.Equal(TimeSpan.FromSeconds(2), _call.Frames[^1].Frame.CaptureTime);
        Assert.All(_call.Frames[^10].Pcm, sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void A_second_copy_is_dropped()
    {
        _call.Insert(0, 10);
        _call.Insert(1, 10);
        _call.Insert(40, 12);
        _call.Insert(41, 12);
        Assert.Equal("DRD", _call.Kinds);
        Assert.Equal(2, _call.Uplink.Counters[UplinkCount.Duplicate]);
    }

    [Fact]
    public void A_malformed_packet_is_counted_and_its_time_is_rebuilt()
    {
        _call.Insert(0, 10);
        _call.Insert(20, 11, 11 * UplinkCall.Step, [0x7B, 0]);
        _call.Insert(40, 12);
        Assert.Equal("DRD", _call.Kinds);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.Malformed]);
    }

    [Fact]
    public void An_empty_packet_takes_its_number_and_no_time()
    {
        _call.Insert(0, 10, 0, UplinkCall.Packet(0));
        _call.Insert(5, 11, 0, []);
        _call.Insert(20, 12, UplinkCall.Step, UplinkCall.Packet(1));
        Assert.Equal("DD", _call.Kinds);
        Assert.Equal(20, _call.Frames[1].At.TotalMilliseconds);
    }

    [Fact]
    public void A_full_buffer_closes_the_hole_early()
    {
        _call.Insert(0, 10, withFec: false);
        for (var i = 0; i < 40; i++) _call.Insert(1, 12 + i, withFec: false);
        Assert.Equal(42, _call.Frames.Count);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.Overflowed]);
    }
}
