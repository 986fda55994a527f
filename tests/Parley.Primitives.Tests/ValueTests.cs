using System.Net;
using CsCheck;

namespace Parley.Primitives.Tests;

public sealed class ValueTests
{
    [Fact]
    public void Sequence_numbers_compare_across_the_wrap()
    {
        Assert.True(new SeqNo(2).IsNewerThan(new SeqNo(65_534)));
        Assert.Equal(4, new SeqNo(2).DistanceFrom(new SeqNo(65_534)));
        Assert.Equal(new SeqNo(0), new SeqNo(65_535).Next);
    }

    [Fact]
    public void Unwrapping_follows_any_walk_of_small_steps() =>
        Gen.Int[-1000, 2000].Array[1, 500].Sample(steps =>
        {
            var unwrapper = new SeqNoUnwrapper();
            long truth = 30_000, newest = truth;
            unwrapper.Unwrap(new SeqNo((ushort)truth));
            foreach (var step in steps)
            {
                truth = Math.Max(newest - 10_000, truth + step);
                newest = Math.Max(newest, truth);
                Assert.Equal(truth, unwrapper.Unwrap(new SeqNo((ushort)truth)));
            }
        });

    [Fact]
    public void Addresses_survive_the_round_trip()
    {
        foreach (var text in new[] { "127.0.0.1", "203.0.113.9", "::1", "2001:db8::7" })
        {
            var endPoint = new IPEndPoint(IPAddress.Parse(text), 3478);
            Assert.Equal(endPoint, TransportAddress.From(endPoint).ToEndPoint());
        }
    }

    [Fact]
    public void Personal_data_does_not_print()
    {
        var transcript = new Pii<string>("my card number is");
        Assert.Equal("[private]", $"{transcript}");
        Assert.Equal("[address]", TransportAddress.FromIPv4(0x7F000001, 80).ToString());
        Assert.Equal("my card number is", transcript.Reveal());
    }

    [Fact]
    public void A_datagram_queue_refuses_when_full_and_keeps_order()
    {
        var queue = new DatagramQueue(capacity: 2, slotSize: 4);
        Assert.True(queue.TryEnqueue([1], default));
        Assert.True(queue.TryEnqueue([2, 2], default));
        Assert.False(queue.TryEnqueue([3], default));
        var buffer = new byte[4];
        Assert.True(queue.TryDequeue(buffer, out var first));
        Assert.Equal((1, (byte)1), (first.Length, buffer[0]));
        Assert.False(queue.TryEnqueue([1, 2, 3, 4, 5], default));
    }
}
