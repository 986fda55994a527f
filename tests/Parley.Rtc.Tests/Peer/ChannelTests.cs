using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>Data channels through the whole peer.</summary>
public sealed class ChannelTests
{
    [Fact]
    public void A_channel_has_the_options_it_was_opened_with_on_both_sides()
    {
        using var pair = Connected();
        var options = new DataChannelOptions { Label = "game", Protocol = "moves", IsOrdered = false, MaxRetransmits = 0 };
        Assert.True(pair.Caller.Peer.TryOpenChannel(options, pair.Clock.Now, out var id));
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal("game", pair.Callee.Of(PeerEventKind.ChannelOpened).Single().Event.Label);
        pair.ToCallee.Conditions = pair.ToCaller.Conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.3 };
        foreach (var peer in new[] { pair.Caller, pair.Callee })
            for (byte i = 0; i < 100; i++)
            {
                peer.Peer.SendMessage(id, isBinary: true, [i], pair.Clock.Now);
                peer.Pump();
                pair.Clock.RunFor(TimeSpan.FromMilliseconds(10));
            }
        pair.Clock.RunUntil(() => pair.Caller.Peer.BufferedAmount(id) + pair.Callee.Peer.BufferedAmount(id) == 0, TimeSpan.FromSeconds(20), "given up or arrived");
        Assert.InRange(pair.Callee.Of(PeerEventKind.MessageReceived).Count(), 50, 99);
        Assert.InRange(pair.Caller.Of(PeerEventKind.MessageReceived).Count(), 50, 99);
    }

    [Fact]
    public void One_channel_closes_after_its_messages_and_the_others_stay()
    {
        using var pair = Connected();
        var first = pair.OpenChannel("first");
        Assert.True(pair.Caller.Peer.TryOpenChannel("second", pair.Clock.Now, out var second));
        Send(pair, first, new byte[50_000]);
        pair.Caller.Peer.CloseChannel(first, pair.Clock.Now);
        pair.Caller.Pump();
        Assert.Equal(SendStatus.NotOpen, pair.Caller.Peer.SendMessage(first, isBinary: true, [1], pair.Clock.Now));
        pair.Clock.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(50_000, Assert.Single(pair.Callee.Of(PeerEventKind.MessageReceived)).Payload.Length);
        Assert.Equal(first, pair.Caller.Of(PeerEventKind.ChannelClosed).Single().Event.ChannelId);
        Assert.Equal(first, pair.Callee.Of(PeerEventKind.ChannelClosed).Single().Event.ChannelId);
        Send(pair, second, [9]);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal([9], pair.Callee.Of(PeerEventKind.MessageReceived).Last().Payload);
        Assert.True(pair.Caller.Peer.TryOpenChannel("third", pair.Clock.Now, out var third));
        Assert.Equal(first, third);
    }

    [Fact]
    public void The_buffered_amount_falls_to_its_threshold_once_and_a_full_buffer_blocks()
    {
        using var pair = Connected();
        var id = pair.OpenChannel();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        pair.Caller.Peer.SetBufferLowThreshold(id, 100_000);
        var sent = 0;
        while (pair.Caller.Peer.SendMessage(id, isBinary: true, new byte[50_000], pair.Clock.Now) == SendStatus.Queued) sent += 50_000;
        Assert.Equal(sent, pair.Caller.Peer.BufferedAmount(id));
        Assert.InRange(sent, 900_000, 1_048_576);
        pair.Caller.Pump();
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.ChannelBufferLow), TimeSpan.FromMinutes(1), "low");
        Assert.InRange(pair.Caller.Peer.BufferedAmount(id), 1, 100_000);
        Assert.True(pair.Caller.Has(PeerEventKind.ChannelsWritable));
        pair.Clock.RunUntil(() => pair.Caller.Peer.BufferedAmount(id) == 0, TimeSpan.FromMinutes(1), "empty");
        Assert.Single(pair.Caller.Of(PeerEventKind.ChannelBufferLow));
    }

    [Fact]
    public void A_message_longer_than_the_remote_takes_is_refused_here()
    {
        using var pair = Connected(config => config with { MaxMessageSize = 10_000 });
        var id = pair.OpenChannel();
        Assert.Equal(10_000, pair.Caller.Peer.MaxMessageLength);
        Assert.Equal(SendStatus.TooLarge, pair.Caller.Peer.SendMessage(id, isBinary: true, new byte[10_001], pair.Clock.Now));
        Assert.Equal(SendStatus.Queued, pair.Caller.Peer.SendMessage(id, isBinary: true, new byte[10_000], pair.Clock.Now));
    }

    private static PeerPair Connected(Func<RtcPeerConfig, RtcPeerConfig>? callee = null)
    {
        var pair = new PeerPair(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }, callee: callee);
        pair.Connect();
        return pair;
    }

    private static void Send(PeerPair pair, ushort id, byte[] message)
    {
        Assert.Equal(SendStatus.Queued, pair.Caller.Peer.SendMessage(id, isBinary: true, message, pair.Clock.Now));
        pair.Caller.Pump();
    }
}
