using System.Text;
using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

public sealed class ChannelTests
{
    [Fact]
    public void A_channel_opened_by_one_side_is_known_to_both_with_its_label()
    {
        var pair = new SctpPair().Connect();
        ushort id = 99;
        pair.Left.Do(now => Assert.True(pair.Left.Channels.TryOpen(new DataChannelOptions { Label = "oai-events", Protocol = "json" }, now, out id)));
        pair.RunFor(1);
        foreach (var side in new[] { pair.Left, pair.Right })
        {
            var opened = side.Events.Single(e => e.Kind == DataChannelEventKind.ChannelOpened);
            Assert.Equal((id, "oai-events", "json"), (opened.ChannelId, opened.Label, opened.Protocol));
        }
    }

    [Fact]
    public void The_DTLS_client_takes_even_ids_and_the_server_odd_ones()
    {
        var pair = new SctpPair().Connect();
        Assert.Equal([0, 2, 4], new[] { pair.Left.Open(), pair.Left.Open(), pair.Left.Open() }.Select(i => (int)i));
        Assert.Equal([1, 3], new[] { pair.Right.Open(), pair.Right.Open() }.Select(i => (int)i));
    }

    [Fact]
    public void Text_binary_and_empty_messages_keep_their_kind()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.Left.Send(id, Encoding.UTF8.GetBytes("grüß dich"), isBinary: false);
        pair.Left.Send(id, [], isBinary: false);
        pair.Left.Send(id, [], isBinary: true);
        pair.Left.Send(id, [7], isBinary: true);
        pair.RunFor(1);
        Assert.Equal([false, false, true, true], pair.Right.Messages.Select(m => m.IsBinary));
        Assert.Equal([11, 0, 0, 1], pair.Right.Messages.Select(m => m.Payload.Length));
        Assert.Equal("grüß dich", Encoding.UTF8.GetString(pair.Right.Messages[0].Payload));
    }

    [Fact]
    public void An_agreed_id_works_without_a_word_on_the_wire()
    {
        var pair = new SctpPair();
        Assert.True(pair.Left.Channels.TryOpen(new DataChannelOptions { NegotiatedId = 7, Label = "events" }, default, out _));
        Assert.True(pair.Right.Channels.TryOpen(new DataChannelOptions { NegotiatedId = 7, Label = "events" }, default, out _));
        Assert.False(pair.Right.Channels.TryOpen(new DataChannelOptions { NegotiatedId = 7, Label = "again" }, default, out _));
        Assert.Equal(SendStatus.Queued, pair.Right.Send(7, [1, 2]));
        pair.Connect();
        pair.RunFor(1);
        Assert.Equal("events", pair.Left.Events.Single(e => e.Kind == DataChannelEventKind.ChannelOpened).Label);
        Assert.Equal([1, 2], Assert.Single(pair.Left.Messages).Payload);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    public void Closing_delivers_what_was_queued_then_closes_both_sides_and_frees_the_id(double loss)
    {
        var pair = new SctpPair(3, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = loss }).Connect();
        for (var round = 0; round < 3; round++)
        {
            var id = pair.Left.Open();
            Assert.Equal(0, id);
            pair.Left.Send(id, new byte[50_000]);
            pair.Left.Do(now => pair.Left.Channels.Close(id, now));
            Assert.Equal(SendStatus.NotOpen, pair.Left.Send(id, [1]));
            pair.RunUntil(
                () => pair.Left.Count(DataChannelEventKind.ChannelClosed) > round && pair.Right.Count(DataChannelEventKind.ChannelClosed) > round,
                120, "close");
            Assert.Equal(round + 1, pair.Right.Messages.Count);
        }
    }

    [Fact]
    public void Both_may_close_at_once()
    {
        var pair = new SctpPair().Connect();
        var id = pair.Left.Open();
        pair.RunFor(1);
        pair.Left.Do(now => pair.Left.Channels.Close(id, now));
        pair.Right.Do(now => pair.Right.Channels.Close(id, now));
        pair.RunFor(2);
        Assert.Equal(1, pair.Left.Count(DataChannelEventKind.ChannelClosed));
        Assert.Equal(1, pair.Right.Count(DataChannelEventKind.ChannelClosed));
        Assert.Equal(SctpState.Established, pair.Left.Association.State);
    }

    /// <summary>The types of RFC 8832 §5.1 with their parameter: repetitions, or milliseconds.</summary>
    [Theory]
    [InlineData(0x00, 0, true, true)]
    [InlineData(0x80, 0, true, false)]
    [InlineData(0x01, 0, false, true)]
    [InlineData(0x81, 0, false, true)] // sent once each, so nothing is overtaken
    [InlineData(0x81, 1, false, false)]
    [InlineData(0x01, 1000, true, true)]
    [InlineData(0x02, 60, false, true)]
    [InlineData(0x82, 60, false, false)]
    [InlineData(0x02, 600_000, true, true)]
    public void A_channel_that_the_peer_opened_is_served_as_its_type_says(byte type, int parameter, bool allArrive, bool isOrdered)
    {
        var pair = new SctpPair(5, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }).Connect();
        byte[] open = [3, type, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, (byte)'x'];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(open.AsSpan(4), parameter);
        // The left side knows the channel, too, so that messages on it are seen.
        Assert.True(pair.Left.Channels.TryOpen(new DataChannelOptions { NegotiatedId = 2 }, pair.Clock.Now, out _));
        pair.Left.Do(now => pair.Left.Association.Send(2, 50, false, open, now));
        pair.RunUntil(() => pair.Right.Channels.IsOpen(2), 10, "open");
        Assert.Equal("x", pair.Right.Events.Single(e => e.Kind == DataChannelEventKind.ChannelOpened).Label);
        pair.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.3 };
        for (byte i = 0; i < 100; i++)
        {
            pair.Right.Send(2, [i]);
            pair.RunFor(0.01);
        }
        pair.RunUntil(() => pair.Right.Association.BufferedBytes == 0, 60, "deliver or give up");
        var numbers = pair.Left.Messages.ConvertAll(m => m.Payload[0]);
        Assert.Equal(allArrive, numbers.Count == 100);
        Assert.Equal(isOrdered, numbers.SequenceEqual(numbers.Order()));
    }

    [Fact]
    public void Malformed_control_messages_and_too_many_channels_are_refused()
    {
        var pair = new SctpPair().Connect();
        pair.Left.Do(now => pair.Left.Association.Send(0, 50, false, [3, 0, 0], now));
        pair.Left.Do(now => pair.Left.Association.Send(2, 50, false, [9], now));
        pair.Left.Do(now => pair.Left.Association.Send(4, 50, false, [2], now));
        pair.Left.Do(now => pair.Left.Association.Send(6, 51, false, [2], now));
        pair.Left.Do(now => pair.Left.Association.Send(6, 12345, false, [2], now));
        pair.RunFor(1);
        var counters = pair.Right.Channels.Counters;
        Assert.Equal(2, counters[DataChannelCounter.MalformedControl]);
        Assert.Equal(1, counters[DataChannelCounter.UnexpectedAck]);
        Assert.Equal(1, counters[DataChannelCounter.MessageOnUnknownChannel]);
        Assert.Equal(1, counters[DataChannelCounter.UnknownProtocol]);

        for (var id = 10; id < 10 + 4 * DataChannels.MaxChannels; id += 2)
            pair.Left.Do(now => pair.Left.Association.Send((ushort)id, 50, false, [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], now));
        pair.RunFor(5);
        Assert.Equal(DataChannels.MaxChannels, counters[DataChannelCounter.OpenRefused]);
        Assert.Equal(DataChannels.MaxChannels, pair.Right.Count(DataChannelEventKind.ChannelOpened));
    }
}
