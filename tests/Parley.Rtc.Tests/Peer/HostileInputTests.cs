using CsCheck;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>Nothing that is sent without the keys changes a call.</summary>
public sealed class HostileInputTests
{
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0x7F000001, 6666);

    [Fact]
    public void Random_bytes_have_no_effect_on_a_call()
    {
        var random = new SeededRandom(3);
        using var pair = Connected(out var channel);
        for (var i = 0; i < 20_000; i++)
        {
            var packet = new byte[random.NextInt(200)];
            random.Fill(packet);
            var source = random.NextInt(2) == 0 ? Stranger : PeerPair.CallerAddress;
            pair.Callee.Receive(packet, source);
        }
        AssertWorks(pair, channel);
        Assert.InRange(pair.Callee.Peer.Drops.Total, 10_000, 20_000);
    }

    [Fact]
    public void Truncated_and_mutated_copies_of_true_packets_have_no_effect()
    {
        var random = new SeededRandom(4);
        using var pair = Connected(out var channel);
        pair.Caller.Sending = (packet, _) =>
        {
            for (var i = 0; i < 4; i++)
            {
                pair.Callee.Receive(packet[..random.NextInt(packet.Length)], PeerPair.CallerAddress);
                var mutated = (byte[])packet.Clone();
                mutated[random.NextInt(packet.Length)] ^= (byte)(1 + random.NextInt(255));
                pair.Callee.Receive(mutated, i % 2 == 0 ? Stranger : PeerPair.CallerAddress);
            }
            return true;
        };
        for (var i = 0; i < 200; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Caller.Peer.SendMessage(channel, false, "hello"u8, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        Assert.Equal(200, pair.Callee.Of(PeerEventKind.AudioReceived).Count());
        Assert.Equal(200, pair.Callee.Of(PeerEventKind.MessageReceived).Count());
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress);
        pair.Caller.Sending = null;
        AssertWorks(pair, channel);
    }

    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void Truncated_copies_and_a_strangers_mutated_ones_do_not_stop_the_handshake(SetupPreference setup)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new SeededRandom(seed);
            var conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) };
            using var pair = new PeerPair(seed, conditions, callee: config => config with { SetupPreference = setup });
            pair.Caller.Sending = (packet, _) => Disturb(pair.ToCallee, packet, PeerPair.CallerAddress);
            pair.Callee.Sending = (packet, _) => Disturb(pair.ToCaller, packet, PeerPair.CalleeAddress);
            pair.Connect();

            bool Disturb(SimulatedLink link, byte[] packet, TransportAddress source)
            {
                link.Send(packet.AsSpan(0, random.NextInt(packet.Length)), source);
                var mutated = (byte[])packet.Clone();
                mutated[random.NextInt(packet.Length)] ^= (byte)(1 + random.NextInt(255));
                link.Send(mutated, Stranger);
                var noise = new byte[random.NextInt(100)];
                random.Fill(noise);
                link.Send(noise, source);
                return true;
            }
        }
    }

    [Fact]
    public void A_replayed_call_has_no_effect_and_moves_no_path()
    {
        using var pair = Connected(out var channel);
        var recorded = new List<byte[]>();
        pair.Caller.Sending = (packet, _) =>
        {
            if (packet[0] >= 128) recorded.Add(packet);
            return true;
        };
        for (var i = 0; i < 50; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[60], (uint)i * 960, false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        foreach (var packet in recorded) pair.Callee.Receive(packet, Stranger);
        Assert.Equal(50, pair.Callee.Of(PeerEventKind.AudioReceived).Count());
        Assert.Equal(PeerPair.CallerAddress, pair.Callee.Peer.RemoteAddress);
        Assert.Equal(recorded.Count, pair.Callee.Peer.Drops[PeerDropReason.SrtpReplayed]);
        AssertWorks(pair, channel);
    }

    [Fact]
    public void A_stranger_gets_nothing_before_a_valid_check()
    {
        using var pair = new PeerPair(1);
        var sent = 0;
        pair.Callee.Sending = (_, _) => { sent++; return true; };
        var hello = new byte[200];
        hello[0] = 22;
        pair.Callee.Receive(hello, Stranger);
        pair.Clock.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(0, sent);
        Assert.Equal(1, pair.Callee.Peer.Drops[PeerDropReason.DtlsFromUnvalidatedAddress]);
    }

    [Fact]
    public void Media_before_keys_and_unknown_protocols_are_counted()
    {
        using var pair = new PeerPair(1);
        pair.Callee.Receive([0x80, 111, .. new byte[30]], Stranger);
        pair.Callee.Receive([0x80, 200, .. new byte[30]], Stranger);
        pair.Callee.Receive([70, 1, 2, 3], Stranger);
        pair.Callee.Receive([], Stranger);
        Assert.Equal(2, pair.Callee.Peer.Drops[PeerDropReason.MediaBeforeKeys]);
        Assert.Equal(2, pair.Callee.Peer.Drops[PeerDropReason.UnknownProtocol]);
    }

    [Fact]
    public void Any_sequence_of_datagrams_is_survived_in_every_phase() =>
        Gen.Select(Gen.Byte.Array[0, 64].Array[0, 20], Gen.Int[0, 400]).Sample(
            (datagrams, delay) =>
            {
                using var pair = new PeerPair(9, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
                pair.Start();
                pair.Clock.RunFor(TimeSpan.FromMilliseconds(delay));
                foreach (var datagram in datagrams)
                {
                    pair.Callee.Receive((byte[])datagram.Clone(), Stranger);
                    pair.Caller.Receive(datagram, Stranger);
                }
                pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Connected), TimeSpan.FromSeconds(5), "connecting");
            }, iter: 30, threads: 1);

    private static PeerPair Connected(out ushort channel)
    {
        var pair = new PeerPair(11);
        pair.Connect();
        channel = pair.OpenChannel();
        return pair;
    }

    private static void AssertWorks(PeerPair pair, ushort channel)
    {
        var (audio, messages) = (pair.Callee.Of(PeerEventKind.AudioReceived).Count(), pair.Callee.Of(PeerEventKind.MessageReceived).Count());
        Assert.True(pair.Caller.Peer.TrySendAudio([1], 0, false, pair.Clock.Now));
        Assert.Equal(SendStatus.Queued, pair.Caller.Peer.SendMessage(channel, false, "works"u8, pair.Clock.Now));
        pair.Caller.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(audio + 1, pair.Callee.Of(PeerEventKind.AudioReceived).Count());
        Assert.Equal(messages + 1, pair.Callee.Of(PeerEventKind.MessageReceived).Count());
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
    }
}
