using Parley.Rtc.Ice;

namespace Parley.Rtc.Tests.Ice;

public sealed class IcePathsTests
{
    private readonly IcePaths _paths = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void Nothing_is_sent_before_a_valid_check()
    {
        Assert.False(_paths.TryChoose(100, out _));
        Assert.False(_paths.HasSelected);
    }

    [Fact]
    public void An_address_that_only_sent_authentic_packets_gets_no_more_bytes_than_came_from_it()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        _paths.HandleAuthenticPacket(Address(2), 150, new Instant(2));
        Assert.Equal(Address(2), Choose(100));
        Assert.Equal(Address(1), Choose(100));
        _paths.HandleAuthenticPacket(Address(2), 60, new Instant(2));
        Assert.Equal(Address(2), Choose(110));
        Assert.Equal(Address(1), Choose(1));
    }

    [Fact]
    public void A_check_from_the_new_address_settles_the_move()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        _paths.HandleAuthenticPacket(Address(2), 150, new Instant(2));
        _paths.HandleValidCheck(Address(2), isNominated: false, new Instant(1));
        Assert.Equal(Address(2), _paths.Selected);
        Assert.Equal(Address(2), Choose(1000));
    }

    [Fact]
    public void A_newer_packet_from_the_old_path_takes_the_move_back()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        _paths.HandleAuthenticPacket(Address(2), 150, new Instant(2));
        _paths.HandleAuthenticPacket(Address(1), 100, new Instant(2));
        Assert.Equal(Address(1), Choose(100));
    }

    [Fact]
    public void An_authentic_packet_from_a_validated_path_selects_it()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        _paths.HandleValidCheck(Address(2), isNominated: false, new Instant(1));
        _paths.HandleAuthenticPacket(Address(2), 100, new Instant(2));
        Assert.Equal(Address(2), _paths.Selected);
    }

    [Fact]
    public void A_path_that_is_gone_gives_way_to_the_one_that_was_checked_last()
    {
        for (var i = 1; i <= 4; i++) _paths.HandleValidCheck(Address(i), isNominated: i == 4, new Instant(i));
        _paths.HandleValidCheck(Address(2), isNominated: false, new Instant(5));
        _paths.Forget(Address(4), new Instant(6));
        Assert.Equal(Address(2), _paths.Selected);
        Assert.False(_paths.IsKnown(Address(4)));
        // Another than the selected one changes nothing; the last one leaves nowhere to send to.
        _paths.Forget(Address(1), new Instant(6));
        Assert.Equal(Address(2), _paths.Selected);
        _paths.Forget(Address(2), new Instant(6));
        Assert.Equal(Address(3), _paths.Selected);
        _paths.Forget(Address(3), new Instant(6));
        Assert.False(_paths.TryChoose(100, out _));
    }

    [Fact]
    public void Of_a_path_that_is_gone_nothing_is_left_that_packets_earned()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        _paths.HandleAuthenticPacket(Address(2), 150, new Instant(2));
        _paths.Forget(Address(2), new Instant(3));
        Assert.Equal(Address(1), Choose(100));
    }

    [Fact]
    public void The_table_is_bounded_and_never_forgets_the_selected_path()
    {
        _paths.HandleValidCheck(Address(1), isNominated: true, new Instant(0));
        for (var i = 2; i < 100; i++) _paths.HandleValidCheck(Address(i), isNominated: false, new Instant(i));
        Assert.Equal(Address(1), _paths.Selected);
        Assert.Equal(IcePaths.Capacity, Enumerable.Range(1, 100).Count(i => _paths.IsKnown(Address(i))));
        Assert.True(_paths.IsKnown(Address(99)));
    }

    private static TransportAddress Address(int number) => TransportAddress.FromIPv4(0x7F000001, (ushort)number);

    private TransportAddress Choose(int length)
    {
        Assert.True(_paths.TryChoose(length, out var destination));
        return destination;
    }
}
