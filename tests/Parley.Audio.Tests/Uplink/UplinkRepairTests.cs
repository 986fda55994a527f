namespace Parley.Audio.Tests;

/// <summary>Lost packets that come once more: as redundancy of a later one, or asked for.</summary>
public sealed class UplinkRepairTests : IDisposable
{
    private readonly AudioUplink _uplink = new();
    private readonly short[] _pcm = new short[2880];

    public void Dispose() => _uplink.Dispose();

    [Fact]
    public void A_hole_that_can_be_asked_for_stays_open_as_long_as_the_answer_takes()
    {
        _uplink.RepairWait = TimeSpan.FromMilliseconds(45);
        Insert(0, 0);
        Poll(0);
        Insert(40, 2);
        Assert.Equal(At(85), _uplink.NextDeadline.At);
        Assert.Equal("", Poll(84));
        Insert(84, 1, isRepair: true);
        Assert.Equal("DD", Poll(84));
        Assert.Equal(1, _uplink.Counters[UplinkCount.Repaired]);
        Assert.Equal(0, _uplink.Counters[UplinkCount.Reordered]);
    }

    [Fact]
    public void Nothing_waits_longer_than_the_bound_for_a_repair()
    {
        _uplink.RepairWait = TimeSpan.FromSeconds(1);
        Insert(0, 0);
        Poll(0);
        Insert(40, 2);
        Assert.Equal("", Poll(99));
        Assert.Equal("CD", Poll(100));
    }

    [Fact]
    public void A_hole_that_error_correction_fills_does_not_wait_for_a_repair()
    {
        _uplink.RepairWait = TimeSpan.FromMilliseconds(45);
        Insert(0, 0, withFec: true);
        Poll(0);
        Insert(40, 2, withFec: true);
        Assert.Equal("RD", Poll(40));
    }

    [Fact]
    public void Repairs_do_not_make_the_path_look_as_if_it_reordered()
    {
        _uplink.RepairWait = TimeSpan.FromMilliseconds(45);
        Insert(0, 0, withFec: true);
        for (var i = 1; i < 20; i += 2)
        {
            Insert(i * 20 + 20, i + 1, withFec: true);
            Poll(i * 20 + 20);
            Insert(i * 20 + 50, i, withFec: true, isRepair: true);
            Poll(i * 20 + 50);
        }
        // The next hole is still filled by error correction without any wait.
        Insert(1000, 22, withFec: true);
        Assert.Equal("RD", Poll(1000));
    }

    [Fact]
    public void Redundancy_that_comes_before_its_carrier_leaves_no_hole()
    {
        Insert(0, 0);
        Poll(0);
        Insert(60, 1, isRepair: true);
        Insert(60, 2, isRepair: true);
        Insert(60, 3);
        Assert.Equal("DDD", Poll(60));
        Assert.Equal(0, _uplink.Counters[UplinkCount.Concealed] + _uplink.Counters[UplinkCount.Reordered]);
    }

    [Fact]
    public void A_copy_of_what_was_given_changes_nothing()
    {
        for (var i = 0; i < 5; i++) Insert(i * 20, i);
        Poll(80);
        for (var i = 0; i < 5; i++) Insert(81, i, isRepair: true);
        Assert.Equal("", Poll(81));
        Assert.Equal(5, _uplink.Counters[UplinkCount.Duplicate]);
    }

    private void Insert(double at, int index, bool withFec = false, bool isRepair = false) =>
        _uplink.Insert(new SeqNo((ushort)index), (uint)(index * UplinkCall.Step), UplinkCall.Packet(index, withFec), At(at), isRepair: isRepair);

    private string Poll(double at)
    {
        var kinds = "";
        while (_uplink.TryPoll(At(at), _pcm, out var frame)) kinds += frame.Kind.ToString()[0];
        return kinds;
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(milliseconds);
}
