using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Feedback;

namespace Parley.Rtc.Tests.Rtp;

public sealed class NackTests
{
    private static readonly TimeSpan MaxRepairDelay = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Packets_close_together_share_an_entry()
    {
        var buffer = new byte[100];
        var writer = new RtcpWriter(buffer);
        writer.AddNack(1, 2, [new SeqNo(65_530), new SeqNo(65_531), new SeqNo(10), new SeqNo(11)]);
        Assert.True(RtcpReader.TryCreate(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.TryRead(out var packet));
        Assert.True(packet.TryReadMediaSsrc(out var media));
        Assert.Equal(2u, media);
        Assert.True(packet.TryReadNack(0, out var first, out var following));
        // 65531 is the first after it, 10 the sixteenth.
        Assert.Equal((new SeqNo(65_530), 0x8001), (first, following));
        Assert.True(packet.TryReadNack(1, out first, out following));
        Assert.Equal((new SeqNo(11), 0), (first, following));
        Assert.False(packet.TryReadNack(2, out _, out _));
    }

    [Fact]
    public void A_hole_is_asked_for_at_once_and_once_more_while_there_is_time()
    {
        var missing = new MissingPackets(MaxRepairDelay);
        missing.HandleGap(5, 7, RoundTrip, At(0));
        Assert.Equal([5, 6], Ask(missing, 0));
        Assert.Equal(At(25), missing.NextAsk);
        Assert.True(missing.HandleArrival(5, At(24)));
        Assert.Equal([6], Ask(missing, 25));
        Assert.Empty(Ask(missing, 60));
        Assert.True(missing.NextAsk.IsNever);
        Assert.False(missing.HandleArrival(6, At(61)));
    }

    [Fact]
    public void Nothing_is_asked_when_the_answer_would_be_too_late()
    {
        var missing = new MissingPackets(MaxRepairDelay);
        missing.HandleGap(5, 6, TimeSpan.FromMilliseconds(58), At(0));
        Assert.True(missing.NextAsk.IsNever);
        missing.HandleGap(5, 6, roundTrip: null, At(0));
        Assert.True(missing.NextAsk.IsNever);
    }

    [Fact]
    public void A_path_that_reorders_is_given_the_time_it_was_seen_to_need()
    {
        var missing = new MissingPackets(MaxRepairDelay);
        missing.HandleGap(5, 6, RoundTrip, At(0));
        Assert.False(missing.HandleArrival(5, At(8)));
        missing.HandleGap(9, 10, RoundTrip, At(100));
        Assert.Equal(At(108), missing.NextAsk);
        missing.HandleArrival(9, At(103));
        missing.HandleGap(20, 21, RoundTrip, At(20_000));
        Assert.Equal(At(20_000), missing.NextAsk); // ten seconds without reordering: it is forgotten
    }

    [Fact]
    public void A_long_burst_is_not_asked_for()
    {
        var missing = new MissingPackets(MaxRepairDelay);
        missing.HandleGap(5, 500, RoundTrip, At(0));
        Assert.True(missing.NextAsk.IsNever);
    }

    [Fact]
    public void Sent_packets_are_given_again_as_they_were_until_others_take_their_place()
    {
        var sent = new SentPackets();
        for (var i = 0; i < 100; i++) sent.Add(new SeqNo((ushort)(65_500 + i)), Bytes(i, 120));
        var buffer = new byte[1200];
        Assert.True(sent.TryTake(new SeqNo(63), buffer, RoundTrip, At(0), out var length));
        Assert.Equal(Bytes(99, 120), buffer[..length]);
        Assert.False(sent.TryTake(new SeqNo(63), buffer, RoundTrip, At(10), out _)); // the first answer is still under way
        Assert.True(sent.TryTake(new SeqNo(63), buffer, RoundTrip, At(20), out _));
        Assert.True(sent.TryTake(new SeqNo(63 - 31), buffer, RoundTrip, At(0), out length));
        Assert.Equal(Bytes(68, 120), buffer[..length]);
        Assert.False(sent.TryTake(new SeqNo(63 - 32), buffer, RoundTrip, At(0), out _));
    }

    [Fact]
    public void Long_packets_take_the_place_of_more_short_ones_and_none_is_given_in_part()
    {
        var sent = new SentPackets();
        var buffer = new byte[1200];
        for (var i = 0; i < 200; i++)
        {
            sent.Add(new SeqNo((ushort)i), Bytes(i, i % 7 == 0 ? 1100 : 90));
            for (var back = 0; back < 40 && back <= i; back++)
                if (sent.TryTake(new SeqNo((ushort)(i - back)), buffer, TimeSpan.Zero, At(0), out var length))
                    Assert.Equal(Bytes(i - back, (i - back) % 7 == 0 ? 1100 : 90), buffer[..length]);
        }
        Assert.True(sent.TryTake(new SeqNo(199), buffer, TimeSpan.Zero, At(0), out _));
    }

    private static List<int> Ask(MissingPackets missing, double at)
    {
        var asks = new SeqNo[16];
        return [.. asks[..missing.TakeAsks(asks, RoundTrip, At(at))].Select(sequence => (int)sequence.Value)];
    }

    private static byte[] Bytes(int number, int length)
    {
        var bytes = new byte[length];
        new Simulation.SeededRandom((ulong)number + 1).Fill(bytes);
        return bytes;
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(milliseconds);
}
