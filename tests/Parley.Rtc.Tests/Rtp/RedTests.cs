using CsCheck;
using Parley.Rtc.Rtp.Redundancy;

namespace Parley.Rtc.Tests.Rtp;

public sealed class RedTests
{
    private const byte Opus = 111;

    [Fact]
    public void A_packet_holds_as_many_earlier_frames_as_were_asked_for()
    {
        var writer = new RedWriter { Levels = 2 };
        Assert.Empty(Write(writer, 1, 960)); // there is nothing to repeat yet
        Assert.Equal([(960u, 1), (0u, 2)], Values(Write(writer, 2, 1920)));
        Assert.Equal([(1920u, 1), (960u, 2), (0u, 3)], Values(Write(writer, 3, 2880)));
        writer.Levels = 1;
        Assert.Equal([(960u, 3), (0u, 4)], Values(Write(writer, 4, 3840)));
        writer.Levels = 0;
        Assert.Empty(Write(writer, 5, 4800));
    }

    [Fact]
    public void The_layout_is_that_of_RFC_2198()
    {
        var writer = new RedWriter { Levels = 1 };
        writer.Keep([7, 8, 9], timestamp: 1000);
        var bytes = new byte[20];
        Assert.Equal(9, writer.Write(bytes, [5], timestamp: 1960, Opus));
        // F=1, payload type; 14 bits of offset (960), 10 of length (3); F=0, payload type; the copy; the frame.
        Assert.Equal([0x80 | Opus, 0x0F, 0x00, 0x03, Opus, 7, 8, 9, 5], bytes[..9]);
    }

    [Fact]
    public void Frames_too_old_for_fourteen_bits_are_not_repeated()
    {
        var writer = new RedWriter { Levels = 2 };
        writer.Keep([1], timestamp: 0);
        Assert.Equal(0, writer.Write(new byte[20], [2], timestamp: 16_384, Opus));
        Assert.NotEqual(0, writer.Write(new byte[20], [2], timestamp: 16_383, Opus));
    }

    [Fact]
    public void Copies_that_do_not_fit_are_left_out_farthest_first()
    {
        var writer = new RedWriter { Levels = 2 };
        writer.Keep(new byte[100], 0);
        writer.Keep(new byte[50], 960);
        Assert.Equal(1 + 50 + 4 + 50, writer.Write(new byte[200], new byte[50], 1920, Opus));
        Assert.Equal(0, writer.Write(new byte[100], new byte[50], 1920, Opus));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x80 | Opus })]
    [InlineData(new byte[] { 0x80 | Opus, 0, 0, 1 })]
    [InlineData(new byte[] { 0x80 | Opus, 0, 0, 1, Opus })] // the block is missing
    public void A_payload_that_ends_too_early_is_refused(byte[] payload) => Assert.False(RedReader.TryCreate(payload, out _));

    [Fact]
    public void More_blocks_than_a_sender_makes_are_refused()
    {
        byte[] payload = [.. Enumerable.Repeat(new byte[] { 0x80 | Opus, 0, 0, 0 }, 9).SelectMany(header => header), Opus];
        Assert.False(RedReader.TryCreate(payload, out _));
        Assert.True(RedReader.TryCreate(payload.AsSpan(4), out _));
    }

    [Fact]
    public void Random_and_mutated_payloads_never_throw_and_never_give_more_bytes_than_they_have()
    {
        var writer = new RedWriter { Levels = 2 };
        Write(writer, 1, 960);
        Write(writer, 2, 1920);
        var valid = Write(writer, 3, 2880);
        Gen.Byte.Array[0, 80].Sample(IsWithin);
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var mutated = (byte[])valid.Clone();
            mutated[index] = value;
            return IsWithin(mutated);
        });

        static bool IsWithin(byte[] payload) =>
            !RedReader.TryCreate(payload, out _) || Read(payload).Sum(block => block.Bytes.Length) < payload.Length;
    }

    private static byte[] Write(RedWriter writer, byte value, uint timestamp)
    {
        byte[] frame = [value, value];
        var bytes = new byte[100];
        var length = writer.Write(bytes, frame, timestamp, Opus);
        writer.Keep(frame, timestamp);
        return bytes[..length];
    }

    private static IEnumerable<(uint Offset, byte Value)> Values(byte[] payload) =>
        Read(payload).Select(block => (block.Offset, Assert.Single(block.Bytes.Distinct())));

    private static List<(uint Offset, byte[] Bytes)> Read(byte[] payload)
    {
        var blocks = new List<(uint, byte[])>();
        Assert.True(RedReader.TryCreate(payload, out var reader));
        while (reader.TryReadRedundant(out _, out var offset, out var block)) blocks.Add((offset, block.ToArray()));
        blocks.Add((0, reader.ReadPrimary(out _).ToArray()));
        return blocks;
    }
}
