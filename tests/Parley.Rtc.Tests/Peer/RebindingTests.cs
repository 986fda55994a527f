using Parley.Net.Impairment;
using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>The caller's address changes under it in mid-sentence, and it does not notice. Packets to where it was are lost.</summary>
public sealed class RebindingTests
{
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0x0A0A0A0A, 6666);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Only_what_was_on_its_way_to_the_old_address_is_lost(bool isNewHost, bool isLite)
    {
        using var pair = Connected(isLite);
        var talk = new Conversation(pair);
        talk.Run(2);
        var moved = isNewHost ? TransportAddress.FromIPv4(0x0A090909, 40_000) : PeerPair.CallerAddress with { Port = 40_123 };
        pair.Caller.Address = moved;
        talk.Run(20);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, talk.Missing(talk.HeardByCallee));
        // 40 ms until the callee hears of the move, at 20 ms a frame.
        Assert.InRange(talk.Missing(talk.HeardByCaller), 0, 3);
        Assert.Equal(moved, pair.Callee.Peer.RemoteAddress);
    }

    [Fact]
    public void Messages_follow_the_first_audio_packet_to_the_new_address()
    {
        using var pair = Connected(isLite: true);
        var channel = pair.OpenChannel();
        var talk = new Conversation(pair);
        talk.Run(1);
        pair.Caller.Address = PeerPair.CallerAddress with { Port = 40_124 };
        pair.Caller.Peer.SendMessage(channel, false, "too early"u8, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, pair.Callee.Peer.Drops[PeerDropReason.DtlsFromUnvalidatedAddress]);
        Assert.False(pair.Callee.Has(PeerEventKind.MessageReceived));
        talk.Run(0.1);
        pair.Caller.Peer.SendMessage(channel, false, "now"u8, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(2, pair.Callee.Of(PeerEventKind.MessageReceived).Count());
    }

    [Fact]
    public void A_caller_that_moves_again_and_again_stays_connected_and_the_callee_remembers_few_of_its_addresses()
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        for (ushort i = 0; i < 100; i++)
        {
            pair.Caller.Address = PeerPair.CallerAddress with { Port = (ushort)(41_000 + i) };
            talk.Run(1);
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, talk.Missing(talk.HeardByCallee));
        Assert.InRange(talk.Missing(talk.HeardByCaller), 0, 3 * 100);
        Assert.InRange(Enumerable.Range(41_000, 100).Count(port => pair.Callee.Peer.IsValidated(PeerPair.CallerAddress with { Port = (ushort)port })), 1, 9);
    }

    [Fact]
    public void Packets_that_are_not_authentic_never_move_the_path_whatever_they_look_like()
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        var random = new SeededRandom(5);
        pair.Caller.Sending = (packet, _) =>
        {
            var forged = (byte[])packet.Clone();
            // Of a check what lies behind its integrity, FINGERPRINT, proves nothing: a change there forges nothing. (RFC 8489 §14.7)
            var unprotected = packet[0] <= 3 ? 8 : 0;
            forged[^(1 + unprotected + random.NextInt(Math.Min(16, forged.Length - unprotected)))] ^= (byte)(1 + random.NextInt(255));
            pair.Callee.Receive(forged, Stranger);
            return true;
        };
        var toStranger = 0;
        pair.Callee.Sending = (packet, transmit) =>
        {
            // A refused check is answered; nothing else goes to a stranger.
            if (transmit.Destination == Stranger && packet[0] > 3) toStranger++;
            return transmit.Destination == PeerPair.CallerAddress;
        };
        talk.Run(20);
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(0, toStranger);
        Assert.Equal((0, 0), (talk.Missing(talk.HeardByCaller), talk.Missing(talk.HeardByCallee)));
        Assert.False(pair.Callee.Peer.IsValidated(Stranger));
    }

    [Fact]
    public void Late_and_repeated_packets_from_elsewhere_do_not_move_the_path()
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        var recorded = new Queue<byte[]>();
        pair.Caller.Sending = (packet, _) =>
        {
            if (packet[0] < 128) return true;
            recorded.Enqueue(packet);
            // Each tenth packet comes a little late and from elsewhere; the others come again from there.
            if (recorded.Count > 5) pair.Callee.Receive((byte[])recorded.Dequeue().Clone(), Stranger);
            return talk.Spoken % 10 != 0;
        };
        var toStranger = 0;
        pair.Callee.Sending = (_, transmit) => { toStranger += transmit.Destination == Stranger ? 1 : 0; return true; };
        talk.Run(10);
        Assert.Equal(0, toStranger);
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress);
    }

    [Fact]
    public void A_check_that_is_replayed_from_elsewhere_moves_nothing()
    {
        using var pair = Connected(isLite: true);
        var talk = new Conversation(pair);
        byte[]? check = null;
        pair.Caller.Sending = (packet, _) =>
        {
            if (packet[0] == 0) check = packet;
            return true;
        };
        talk.Run(7);
        var mediaToStranger = 0;
        pair.Callee.Sending = (packet, transmit) =>
        {
            mediaToStranger += transmit.Destination == Stranger && packet[0] > 3 ? 1 : 0;
            return transmit.Destination == pair.Caller.Address;
        };
        pair.Callee.Receive((byte[])check!.Clone(), Stranger);
        talk.Run(5);
        Assert.Equal(0, mediaToStranger);
        Assert.Equal(1, pair.Callee.Peer.IceCounters[IceCounter.ReplayedCheck]);
        Assert.False(pair.Callee.Peer.IsValidated(Stranger));
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress);
    }

    private static PeerPair Connected(bool isLite)
    {
        var pair = new PeerPair(81, new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }, callee: config => config with { AnswersAsLite = isLite });
        pair.Connect();
        pair.Callee.Sending = (_, transmit) => transmit.Destination == pair.Caller.Address;
        return pair;
    }
}
