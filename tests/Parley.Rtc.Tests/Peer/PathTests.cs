using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class PathTests
{
    private static readonly TransportAddress NewAddress = TransportAddress.FromIPv4(0x7F000001, 40_001);

    [Fact]
    public void A_call_follows_its_caller_to_a_new_address_at_once_and_for_good()
    {
        using var pair = new PeerPair(31, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        pair.Connect();
        var channel = pair.OpenChannel();
        var sentTo = new List<TransportAddress>();
        pair.Callee.Sending = (_, transmit) =>
        {
            sentTo.Add(transmit.Destination);
            return true;
        };
        pair.Caller.Address = NewAddress; // a NAT rebind: the caller does not notice
        Speak(pair, 10);
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress); // no check yet
        Assert.Equal(NewAddress, sentTo[^1]); // but what came is answered there, byte for byte
        pair.Clock.RunFor(TimeSpan.FromSeconds(7));
        Assert.Equal(NewAddress, pair.Callee.Peer.RemoteAddress);
        pair.Caller.Peer.SendMessage(channel, false, "moved"u8, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(2));
        Assert.True(pair.Callee.Has(PeerEventKind.MessageReceived));
    }

    [Fact]
    public void An_address_without_a_check_never_gets_more_bytes_than_it_sent()
    {
        using var pair = new PeerPair(32);
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(100));
        var (received, sent) = (0, 0);
        pair.Caller.Sending = (packet, _) =>
        {
            if (packet[0] < 128) return false; // no check ever comes from the new address
            received += packet.Length;
            return true;
        };
        pair.Callee.Sending = (packet, transmit) =>
        {
            if (transmit.Destination == NewAddress) sent += packet.Length;
            Assert.True(sent <= received);
            return true;
        };
        pair.Caller.Address = NewAddress;
        for (var i = 0; i < 300; i++)
        {
            if (i % 3 == 0) pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i, false, pair.Clock.Now);
            pair.Callee.Peer.TrySendAudio(new byte[200], (uint)i, false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Callee.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        Assert.InRange(sent, received / 2, received);
    }

    [Fact]
    public void Nothing_is_sent_after_consent_is_lost()
    {
        using var pair = new PeerPair(33);
        pair.Connect();
        pair.Caller.IsAlive = false;
        pair.Clock.RunFor(TimeSpan.FromSeconds(31));
        var sent = 0;
        pair.Callee.Sending = (_, _) => { sent++; return true; };
        Assert.False(pair.Callee.Peer.TrySendAudio([1], 0, false, pair.Clock.Now));
        pair.Callee.Pump();
        pair.Clock.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(0, sent);
    }

    private static void Speak(PeerPair pair, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
            pair.Callee.Peer.TrySendAudio(new byte[40], (uint)i * 960, false, pair.Clock.Now);
            pair.Callee.Pump();
        }
    }
}
