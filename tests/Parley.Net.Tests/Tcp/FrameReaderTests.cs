using CsCheck;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

public sealed class FrameReaderTests
{
    private static readonly Gen<byte[]> Payload = Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, StreamFrame.MaxPayloadLength]);

    [Fact]
    public void Frames_come_out_as_they_went_in_whatever_pieces_they_come_in() =>
        Gen.Select(Payload.Array[0, 8], Gen.Int[1, 700].Array[1, 20]).Sample((payloads, pieces) =>
        {
            var read = ReadAll(new FrameReader(), Framed(payloads), pieces, out var status);
            return status == FrameStatus.NeedMore && read.Count == payloads.Length
                && read.Zip(payloads).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        });

    [Fact]
    public void Any_bytes_are_read_as_a_plain_reader_of_the_whole_stream_would() =>
        Gen.Select(Payload.Array[0, 6], Gen.Byte.Array[0, 50], Gen.Int[0, 10_000], Gen.Byte, Gen.Int[1, 700].Array[1, 20])
            .Sample((payloads, noise, at, flip, pieces) =>
            {
                byte[] stream = [.. Framed(payloads), .. noise];
                if (stream.Length > 0) stream[at % stream.Length] ^= flip;
                var expected = ReadPlainly(stream, out var expectedStatus);
                var read = ReadAll(new FrameReader(), stream, pieces, out var status);
                return status == expectedStatus && read.Count == expected.Count
                    && read.Zip(expected).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
            });

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void A_frame_longer_than_1500_bytes_is_refused(int piece)
    {
        var read = ReadAll(new FrameReader(), [1500 >> 8, (1500 & 0xFF) + 1, 1, 2, 3], [piece], out var status);
        Assert.Empty(read);
        Assert.Equal(FrameStatus.TooLong, status);
    }

    [Fact]
    public void A_frame_that_came_whole_is_given_where_it_lies()
    {
        var reader = new FrameReader();
        var bytes = Framed([[1, 2, 3], [], [4]]);
        var rest = bytes.AsSpan();
        Assert.Equal(FrameStatus.Complete, reader.Read(ref rest, out var first));
        Assert.True(first.Overlaps(bytes, out var offset));
        Assert.Equal(-2, offset);
        Assert.Equal(FrameStatus.Complete, reader.Read(ref rest, out var empty));
        Assert.True(empty.IsEmpty);
        Assert.Equal(FrameStatus.Complete, reader.Read(ref rest, out var last));
        Assert.Equal([4], last.ToArray());
        Assert.Equal(FrameStatus.NeedMore, reader.Read(ref rest, out _));
        Assert.Equal(0, reader.KeptLength);
    }

    [Fact]
    public void Never_more_than_one_frame_is_kept()
    {
        var reader = new FrameReader();
        var stream = Framed([new byte[1500], new byte[1500]]).AsSpan();
        for (var i = 0; i < stream.Length; i++)
        {
            var piece = stream.Slice(i, 1);
            while (reader.Read(ref piece, out _) == FrameStatus.Complete) { }
            Assert.InRange(reader.KeptLength, 0, StreamFrame.MaxLength - 1);
        }
        Assert.Equal(0, reader.KeptLength);
    }

    [Fact]
    public void A_datagram_that_is_too_long_cannot_be_framed() => Assert.Throws<ArgumentOutOfRangeException>(
        () => StreamFrame.Write(new byte[StreamFrame.MaxPayloadLength + 1], new byte[2000]));

    private static byte[] Framed(byte[][] payloads)
    {
        var stream = new List<byte>();
        var buffer = new byte[StreamFrame.MaxLength];
        foreach (var payload in payloads) stream.AddRange(buffer.AsSpan(0, StreamFrame.Write(payload, buffer)));
        return [.. stream];
    }

    private static List<byte[]> ReadAll(FrameReader reader, byte[] stream, int[] pieces, out FrameStatus status)
    {
        var read = new List<byte[]>();
        status = FrameStatus.NeedMore;
        for (int at = 0, i = 0; at < stream.Length && status != FrameStatus.TooLong; i++)
        {
            var length = Math.Min(pieces[i % pieces.Length], stream.Length - at);
            var piece = stream.AsSpan(at, length);
            while ((status = reader.Read(ref piece, out var payload)) == FrameStatus.Complete) read.Add(payload.ToArray());
            at += length;
        }
        return read;
    }

    private static List<byte[]> ReadPlainly(byte[] stream, out FrameStatus status)
    {
        var read = new List<byte[]>();
        status = FrameStatus.NeedMore;
        for (var at = 0; at + 2 <= stream.Length;)
        {
            var length = (stream[at] << 8) | stream[at + 1];
            if (length > 1500)
            {
                status = FrameStatus.TooLong;
                break;
            }
            if (at + 2 + length > stream.Length) break;
            read.Add(stream[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }
        return read;
    }
}
