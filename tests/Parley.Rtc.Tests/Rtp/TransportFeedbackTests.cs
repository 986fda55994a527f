using CsCheck;
using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Feedback;

namespace Parley.Rtc.Tests.Rtp;

public sealed class TransportFeedbackTests
{
    [Fact]
    public void What_came_and_when_reads_back_to_a_quarter_of_a_millisecond()
    {
        var arrivals = new TransportArrivals();
        (ushort Sequence, double At)[] packets = [(65_534, 1000), (65_535, 1020.4), (1, 1100), (2, 1099), (40, 3000)];
        foreach (var (sequence, at) in packets) arrivals.Add(sequence, Instant.FromMilliseconds(at));
        var read = Read(Write(arrivals));
        Assert.Equal(Enumerable.Range(0, 43).Select(i => (ushort)(65_534 + i)), read.Select(packet => packet.Sequence));
        Assert.Equal(packets.Select(packet => packet.Sequence), read.Where(packet => packet.At is not null).Select(packet => packet.Sequence));
        foreach (var (sequence, at) in packets)
            Assert.Equal(at, read.Single(packet => packet.Sequence == sequence).At!.Value, 0.13);
        Assert.False(arrivals.HasNews);
    }

    [Fact]
    public void Each_feedback_goes_on_where_the_last_one_ended()
    {
        var arrivals = new TransportArrivals();
        arrivals.Add(10, Instant.FromMilliseconds(0));
        Assert.Equal([10], Read(Write(arrivals)).Select(packet => (int)packet.Sequence));
        arrivals.Add(12, Instant.FromMilliseconds(40));
        Assert.Equal([(11, false), (12, true)], Read(Write(arrivals)).Select(packet => ((int)packet.Sequence, packet.At is not null)));
    }

    [Fact]
    public void A_gap_in_time_too_long_for_a_delta_is_told_in_two()
    {
        var arrivals = new TransportArrivals();
        arrivals.Add(1, Instant.FromMilliseconds(0));
        arrivals.Add(2, Instant.FromMilliseconds(60_000));
        Assert.Single(Read(Write(arrivals)));
        Assert.True(arrivals.HasNews);
        Assert.Equal(60_000, Assert.Single(Read(Write(arrivals))).At!.Value, 0.13);
    }

    [Fact]
    public void Any_pattern_of_arrivals_reads_back() =>
        Gen.Select(Gen.Int[0, 65_535], Gen.Select(Gen.Int[1, 9], Gen.Int[0, 400_000]).Array[1, 40]).Sample((first, steps) =>
        {
            var arrivals = new TransportArrivals();
            var expected = new List<(ushort, long)>();
            var (sequence, time) = (first, 5_000_000L);
            foreach (var (step, wait) in steps)
            {
                arrivals.Add((ushort)sequence, new Instant(time));
                if (expected.Count == 0 || sequence - first < 128) expected.Add(((ushort)sequence, time));
                (sequence, time) = (sequence + step, time + wait);
                if (sequence - first >= 128) break;
            }
            var read = Read(Write(arrivals)).Where(packet => packet.At is not null).ToList();
            return read.Count == expected.Count
                && read.Zip(expected).All(pair => pair.First.Sequence == pair.Second.Item1 && Math.Abs(pair.First.At!.Value * 10_000 - pair.Second.Item2) <= 1300);
        });

    [Fact]
    public void A_leap_of_the_numbers_is_survived_and_the_newest_are_told()
    {
        var arrivals = new TransportArrivals();
        arrivals.Add(0, Instant.FromMilliseconds(0));
        arrivals.Add(30_000, Instant.FromMilliseconds(20));
        var read = Read(Write(arrivals));
        Assert.Equal(128, read.Count);
        Assert.Equal((30_000, 20.0), (read[^1].Sequence, read[^1].At!.Value));
    }

    [Fact]
    public void Random_and_mutated_feedback_never_throws_and_never_gives_more_than_it_says()
    {
        var arrivals = new TransportArrivals();
        for (var i = 0; i < 50; i++)
            if (i % 5 != 3) arrivals.Add((ushort)i, Instant.FromMilliseconds(i * 21));
        var valid = Write(arrivals);
        Gen.Byte.Array[8, 60].Sample(bytes =>
        {
            // Head of such a packet, the rest by chance.
            byte[] packet = [0x8F, 205, 0, (byte)(bytes.Length / 4 + 2), 0, 0, 0, 1, 0, 0, 0, 2, .. bytes[..(bytes.Length / 4 * 4)]];
            return Count(packet) <= TransportFeedbackReader.MaxPackets;
        });
        Gen.Select(Gen.Int[4, valid.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var mutated = (byte[])valid.Clone();
            mutated[index] = value;
            return Count(mutated) <= TransportFeedbackReader.MaxPackets;
        });

        static int Count(byte[] packet)
        {
            var count = 0;
            if (!RtcpReader.TryCreate(packet, out var compound) || !compound.TryRead(out var item)) return 0;
            if (!TransportFeedbackReader.TryCreate(item, out var reader)) return 0;
            while (reader.TryRead(out _, out _, out _)) count++;
            return count;
        }
    }

    private static byte[] Write(TransportArrivals arrivals)
    {
        var buffer = new byte[1200];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddTransportFeedback(1, 2, arrivals));
        Assert.True(writer.Length <= 12 + TransportArrivals.MaxLength);
        return buffer[..writer.Length];
    }

    private static List<(ushort Sequence, double? At)> Read(byte[] packet)
    {
        var packets = new List<(ushort, double?)>();
        Assert.True(RtcpReader.TryCreate(packet, out var compound));
        Assert.True(compound.TryRead(out var item));
        Assert.True(TransportFeedbackReader.TryCreate(item, out var reader));
        while (reader.TryRead(out var sequence, out var hasArrived, out var arrival))
            packets.Add((sequence, hasArrived ? arrival / (double)TimeSpan.TicksPerMillisecond : null));
        Assert.False(reader.IsMalformed);
        return packets;
    }
}
