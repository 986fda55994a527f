using System.Net;
using CsCheck;
using Parley.Net.Inner;
using Parley.Simulation;

namespace Parley.Net.Tests.Inner;

public sealed class InnerDatagramTests
{
    private static readonly TransportAddress Four = TransportAddress.From(IPAddress.Parse("192.0.2.7"), 40000);
    private static readonly TransportAddress Six = TransportAddress.From(IPAddress.Parse("2001:db8::7"), 40001) with { Protocol = TransportProtocol.Tcp };

    private static readonly Gen<TransportAddress> AnyClient =
        from isFour in Gen.Bool
        from high in Gen.ULong
        from low in Gen.ULong
        from port in Gen.UShort
        from protocol in Gen.Bool.Select(isTcp => isTcp ? TransportProtocol.Tcp : TransportProtocol.Udp)
        select (isFour ? TransportAddress.FromIPv4((uint)low, port) : new TransportAddress(new UInt128(high, low), port)) with { Protocol = protocol };

    [Fact]
    public void The_layout_is_the_documented_one()
    {
        var buffer = new byte[100];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, 0x0102, null);
        Assert.True(writer.TryAdd(buffer, Four, [0xAA, 0xBB]));
        Assert.True(writer.TryAdd(buffer, Six, [0xCC]));
        var length = writer.Finish(buffer);
        Assert.Equal(
            "D102" + "0102" + "0002" + "00" + "9C40" + "C0000207" + "AABB" + "0001" + "03" + "9C41" + "20010DB8000000000000000000000007" + "CC",
            Convert.ToHexString(buffer[..length]));
    }

    [Fact]
    public void Whatever_is_written_is_read_again_in_its_order()
    {
        Gen.Select(AnyClient.Select(Gen.Byte.Array[1, 200]).Array[0, 12], Gen.UShort, Gen.Bool, Gen.Bool).Sample((packets, ingress, isPadded, isTagged) =>
        {
            var authenticator = isTagged ? new InnerRig().Authenticator : null;
            var buffer = new byte[InnerLayout.DefaultMaxLength];
            var writer = InnerWriter.Begin(buffer, InnerDirection.ToTransceiver, ingress, authenticator);
            var added = packets.TakeWhile(packet => writer.TryAdd(buffer, packet.Item1, packet.Item2)).ToList();
            Assert.Equal(added.Count, writer.Count);
            var length = isPadded ? writer.FinishPadded(buffer) : writer.Finish(buffer);
            if (isPadded) Assert.Equal(buffer.Length, length);

            Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer.AsSpan(0, length), InnerDirection.ToTransceiver, authenticator, out var reader));
            Assert.Equal(ingress, reader.Ingress);
            foreach (var (client, payload) in added)
            {
                Assert.True(reader.TryRead(out var read, out var bytes));
                Assert.Equal(client, read);
                Assert.Equal(payload, bytes.ToArray());
            }
            Assert.False(reader.TryRead(out _, out _));
            Assert.Equal(InnerStatus.Ok, reader.Status);
        }, threads: 1);
    }

    [Fact]
    public void A_packet_that_does_not_fit_leaves_the_datagram_as_it_was()
    {
        var buffer = new byte[64];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, 1, null);
        Assert.True(writer.TryAdd(buffer, Four, new byte[40]));
        Assert.False(writer.TryAdd(buffer, Four, new byte[3]));
        Assert.True(writer.TryAdd(buffer, Four, new byte[2]));
        Assert.False(writer.TryAdd(buffer, Four, []));
        Assert.Equal(64, writer.Finish(buffer));
    }

    [Fact]
    public void The_tag_has_room_even_in_a_full_datagram()
    {
        var authenticator = new InnerRig().Authenticator;
        var buffer = new byte[64];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, 1, authenticator);
        Assert.False(writer.TryAdd(buffer, Four, new byte[44]));
        Assert.True(writer.TryAdd(buffer, Four, new byte[43]));
        Assert.Equal(64, writer.Finish(buffer));
        Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer, InnerDirection.ToRelay, authenticator, out _));
    }

    [Theory]
    [InlineData("", InnerStatus.TooShort)]
    [InlineData("D10000", InnerStatus.TooShort)]
    [InlineData("D1010000", InnerStatus.TooShort)]
    [InlineData("D2000000", InnerStatus.UnknownVersion)]
    [InlineData("00010000", InnerStatus.UnknownVersion)]
    [InlineData("D1080000", InnerStatus.UnknownVersion)]
    [InlineData("D1300000", InnerStatus.UnknownVersion)]
    [InlineData("D1020000", InnerStatus.WrongDirection)]
    [InlineData("D1000000", InnerStatus.Ok)]
    [InlineData("D1040000", InnerStatus.Ok)]
    public void A_header_that_is_not_good_has_its_reason(string datagram, InnerStatus expected) =>
        Assert.Equal(expected, InnerReader.Open(Convert.FromHexString(datagram), InnerDirection.ToTransceiver, null, out _));

    [Theory]
    [InlineData("0001009C40C0000207")]
    [InlineData("FFFF009C40C0000207AA")]
    [InlineData("0001049C40C0000207AA")]
    [InlineData("0001029C40C0000207AA")]
    [InlineData("000100")]
    [InlineData("05")]
    public void A_record_that_is_not_good_ends_the_datagram_and_keeps_those_before_it(string record)
    {
        var datagram = Convert.FromHexString("D1000001" + "0001009C40C0000207AA" + record);
        Assert.Equal(InnerStatus.Ok, InnerReader.Open(datagram, InnerDirection.ToTransceiver, null, out var reader));
        Assert.True(reader.TryRead(out _, out _));
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(InnerStatus.Malformed, reader.Status);
        Assert.False(reader.TryRead(out _, out _));
    }

    [Fact]
    public void Random_bytes_are_read_to_an_end_and_nothing_is_thrown()
    {
        var authenticator = new InnerRig().Authenticator;
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool).Sample((bytes, hasHeader) =>
        {
            if (hasHeader && bytes.Length >= 4) (bytes[0], bytes[1]) = (0xD1, 0);
            Assert.NotEqual(InnerStatus.Ok, InnerReader.Open(bytes, InnerDirection.ToTransceiver, authenticator, out _));
            if (InnerReader.Open(bytes, InnerDirection.ToTransceiver, null, out var reader) != InnerStatus.Ok) return;
            var total = 0;
            while (reader.TryRead(out _, out var payload))
            {
                Assert.NotEqual(0, payload.Length);
                total += payload.Length;
            }
            Assert.True(total < bytes.Length);
        }, threads: 1);
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        var authenticator = new InnerRig().Authenticator;
        var buffer = new byte[InnerLayout.DefaultMaxLength];
        var payload = new byte[100];
        Assert.Equal(13, Bundle());
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 100; i++) Bundle();
        }));

        int Bundle()
        {
            var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, 1, authenticator);
            while (writer.TryAdd(buffer, Four, payload))
            {
            }
            var length = writer.Finish(buffer);
            InnerReader.Open(buffer.AsSpan(0, length), InnerDirection.ToRelay, authenticator, out var reader);
            var count = 0;
            while (reader.TryRead(out _, out _)) count++;
            return count;
        }
    }
}
