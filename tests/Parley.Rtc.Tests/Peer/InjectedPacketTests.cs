using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>
/// Well-formed packets of every protocol that nobody with the keys made, whole and cut at every length, in every state: from a stranger, and from the
/// remote's own address where the protocol can tell them apart. None throws, none has an effect beyond a count.
/// </summary>
public sealed class InjectedPacketTests
{
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0x7F000001, 6666);

    public static TheoryData<string> Forgeries => [.. Packets.Keys];

    /// <summary>In the clear: what a stranger can write who knows the protocols and sees the traffic.</summary>
    private static Dictionary<string, byte[]> Packets { get; } = new()
    {
        ["a check with a false integrity"] = [0, 1, 0, 48, 0x21, 0x12, 0xA4, 0x42, .. new byte[12], 0, 6, 0, 3, .. "a:b"u8, 0, 0, 0x24, 0, 4, 1, 2, 3, 4, 0, 0x25, 0, 0, 0, 8, 0, 20, .. new byte[20], 0, 0, 0, 0],
        ["an answer to no check"] = [1, 1, 0, 12, 0x21, 0x12, 0xA4, 0x42, .. new byte[12], 0, 0x20, 0, 8, 0, 1, 1, 1, 1, 1, 1, 1],
        ["an error that ends consent"] = [1, 0x11, 0, 8, 0x21, 0x12, 0xA4, 0x42, .. new byte[12], 0, 9, 0, 4, 0, 0, 4, 3],
        ["an alert in the clear"] = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40],
        ["a close_notify in the clear"] = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0],
        ["a close_notify of the right epoch"] = [21, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 99, 0, 26, .. new byte[26]],
        ["a new ClientHello"] = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 54, 1, 0, 0, 42, 0, 9, 0, 0, 0, 0, 0, 42, 0xFE, 0xFD, .. new byte[32], 0, 0, 0, 2, 0xC0, 0x2B, 1, 0],
        ["a change of cipher"] = [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1],
        ["application data"] = [23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 77, 0, 40, .. new byte[40]],
        ["audio"] = [0x80, 111, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9, .. new byte[60]],
        ["audio of the remote's own stream"] = [0x90, 111, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x10, 0x85, 0, 0, .. new byte[60]],
        ["a BYE"] = [0x81, 203, 0, 1, 0, 0, 0, 9, .. new byte[24]],
        ["a receiver report"] = [0x81, 201, 0, 7, 0, 0, 0, 9, .. new byte[48]],
        ["TURN's channel data"] = [0x40, 0, 0, 4, 1, 2, 3, 4],
        ["nothing"] = [],
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void In_a_call_it_changes_nothing_from_anywhere(string name)
    {
        using var pair = new PeerPair(21);
        pair.Connect();
        var channel = pair.OpenChannel();
        Inject(pair, Packets[name], Stranger, Stranger);
        Inject(pair, Packets[name], PeerPair.CallerAddress, PeerPair.CalleeAddress);
        AssertWorks(pair, channel);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Before_and_during_the_handshake_a_stranger_changes_nothing(string name)
    {
        var forgery = Packets[name];
        using var pair = new PeerPair(22, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) });
        Inject(pair, forgery, Stranger, Stranger);
        pair.Start();
        while (!pair.Callee.Has(PeerEventKind.Connected) || !pair.Caller.Has(PeerEventKind.Connected))
        {
            Assert.True(pair.Clock.Now < new Instant(0) + TimeSpan.FromSeconds(5), "The peers did not connect.");
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(5));
            Inject(pair, forgery, Stranger, Stranger);
        }
        AssertWorks(pair, pair.OpenChannel());
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void While_closing_and_afterwards_it_changes_nothing(string name)
    {
        using var pair = new PeerPair(23, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) });
        pair.Connect();
        var channel = pair.OpenChannel();
        pair.Callee.Peer.SendMessage(channel, isBinary: true, new byte[5000], pair.Clock.Now);
        pair.Callee.Peer.Close(pair.Clock.Now);
        Assert.Equal(PeerState.Closing, pair.Callee.Peer.State);
        for (var i = 0; i < 10; i++)
        {
            Inject(pair, Packets[name], PeerPair.CallerAddress, PeerPair.CalleeAddress);
            pair.Callee.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(300));
        }
        Assert.Equal(PeerState.Closed, pair.Callee.Peer.State);
        Assert.Equal(PeerCloseReason.Requested, pair.Callee.Of(PeerEventKind.Closed).Single().Event.CloseReason);
        Assert.Equal(5000, pair.Caller.Of(PeerEventKind.MessageReceived).Single().Payload.Length);
        var drops = pair.Callee.Peer.Drops[PeerDropReason.NotOpen];
        pair.Callee.Receive((byte[])Packets[name].Clone(), Stranger);
        Assert.Equal(drops + 1, pair.Callee.Peer.Drops[PeerDropReason.NotOpen]);
    }

    [Fact]
    public void What_was_recorded_of_the_handshake_changes_nothing_when_it_comes_again_in_the_call()
    {
        using var pair = new PeerPair(24, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) });
        var (toCallee, toCaller) = (new List<byte[]>(), new List<byte[]>());
        pair.Caller.Sending = (packet, _) => Keep(toCallee, packet);
        pair.Callee.Sending = (packet, _) => Keep(toCaller, packet);
        pair.Connect();
        var channel = pair.OpenChannel();
        pair.Caller.Peer.SendMessage(channel, isBinary: false, "once"u8, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        (pair.Caller.Sending, pair.Callee.Sending) = (null, null);
        foreach (var source in (TransportAddress[])[Stranger, PeerPair.CallerAddress])
            foreach (var packet in toCallee.Where(packet => packet[0] >= 20)) pair.Callee.Receive((byte[])packet.Clone(), source);
        foreach (var packet in toCaller.Where(packet => packet[0] >= 20)) pair.Caller.Receive((byte[])packet.Clone(), PeerPair.CalleeAddress);
        Assert.Single(pair.Callee.Of(PeerEventKind.MessageReceived));
        AssertWorks(pair, channel);

        static bool Keep(List<byte[]> kept, byte[] packet)
        {
            kept.Add((byte[])packet.Clone());
            return true;
        }
    }

    /// <summary>The packet and every beginning of it, to both sides.</summary>
    private static void Inject(PeerPair pair, byte[] forgery, TransportAddress toCallee, TransportAddress toCaller)
    {
        for (var length = forgery.Length; length >= 0; length--)
        {
            pair.Callee.Receive(forgery[..length], toCallee);
            pair.Caller.Receive(forgery[..length], toCaller);
        }
    }

    private static void AssertWorks(PeerPair pair, ushort channel)
    {
        var before = (Count(pair.Callee), Count(pair.Caller));
        foreach (var side in (SimulatedPeer[])[pair.Caller, pair.Callee])
        {
            Assert.True(side.Peer.TrySendAudio([1], 960, marker: false, pair.Clock.Now));
            Assert.Equal(SendStatus.Queued, side.Peer.SendMessage(channel, isBinary: false, "works"u8, pair.Clock.Now));
            side.Pump();
        }
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((before.Item1 + 2, before.Item2 + 2), (Count(pair.Callee), Count(pair.Caller)));
        Assert.Equal((PeerPair.CallerAddress, PeerPair.CalleeAddress), (pair.Callee.Peer.RemoteAddress, pair.Caller.Peer.RemoteAddress));

        static int Count(SimulatedPeer peer) => peer.Of(PeerEventKind.AudioReceived).Count() + peer.Of(PeerEventKind.MessageReceived).Count();
    }
}
