using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

[Collection(AllocationTestCollection.Name)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audio_allocates_nothing_in_either_direction(bool isFromCaller)
    {
        using var pair = new PeerPair(5);
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        var (sender, receiver) = isFromCaller ? (pair.Caller, pair.Callee) : (pair.Callee, pair.Caller);
        Send(sender, receiver, 0, 200);
        var allocated = AllocationMeter.Start();
        Send(sender, receiver, 200, 2000);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(2200, receiver.Peer.Stats.PacketsReceived);
    }

    [Fact]
    public void Anticipating_a_packet_changes_nothing_and_allocates_nothing()
    {
        using var pair = new PeerPair(7);
        Anticipate();
        pair.Connect();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Send(pair.Caller, pair.Callee, 0, 10);
        var (deadline, stats) = (pair.Callee.Peer.NextDeadline, pair.Callee.Peer.Stats);
        var allocated = AllocationMeter.Start();
        Anticipate();
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal((deadline, stats), (pair.Callee.Peer.NextDeadline, pair.Callee.Peer.Stats));
        pair.Callee.Peer.Dispose();
        Anticipate();

        void Anticipate()
        {
            for (var step = 0; step < RtcPeer.AnticipationSteps + 2; step++) RtcPeer.Anticipate(pair.Callee.Peer, step);
        }
    }

    /// <summary>Every seventh packet is lost: copies, requests, resends and both kinds of feedback are at work.</summary>
    [Fact]
    public void Nor_do_redundancy_resends_and_feedback()
    {
        // Without data channels, whose association has heartbeats of its own.
        using var pair = new PeerPair(
            6, new LinkConditions { Delay = TimeSpan.FromMilliseconds(5) },
            editOffer: offer => offer.Replace("m=application 9", "m=application 0", StringComparison.Ordinal));
        pair.Connect();
        var now = pair.Clock.Now;
        Exchange(pair, 0, 1000, ref now);
        pair.Caller.Peer.AudioRedundancy = 2;
        Exchange(pair, 1000, 200, ref now);
        pair.Caller.Peer.AudioRedundancy = 0;
        Exchange(pair, 1200, 200, ref now);
        FillQueues(pair, 1400, now);
        Exchange(pair, 1408, 100, ref now);
        var before = pair.Callee.Peer.Stats;
        var allocated = AllocationMeter.Start();
        Exchange(pair, 1508, 1000, ref now);
        pair.Caller.Peer.AudioRedundancy = 2;
        Exchange(pair, 2508, 1000, ref now);
        Assert.Equal(0, allocated.Bytes);
        var after = pair.Callee.Peer.Stats;
        Assert.InRange(after.RepairedByResend - before.RepairedByResend, 130, 150);
        Assert.InRange(after.RepairedByRedundancy - before.RepairedByRedundancy, 130, 150);
        Assert.NotNull(pair.Caller.Peer.Stats.EstimatedSendBitsPerSecond);
    }

    /// <summary>A queue grows as deep as it has ever had to be, which is when an answer, feedback and speech are due together: as deep as it may.</summary>
    private static void FillQueues(PeerPair pair, int first, Instant now)
    {
        for (var i = first; i < first + 8; i++)
        {
            pair.Caller.Peer.TrySendAudio(new byte[80], (uint)(i * 960), false, now);
            pair.Callee.Peer.TrySendAudio(new byte[80], (uint)(i * 960), false, now);
        }
    }

    /// <summary>Both speak each 20 ms; the way takes 2 ms.</summary>
    private static void Exchange(PeerPair pair, int first, int count, ref Instant now)
    {
        Span<byte> opus = stackalloc byte[80];
        for (var i = first; i < first + count; i++)
        {
            pair.Caller.Peer.TrySendAudio(opus, (uint)(i * 960), false, now);
            pair.Callee.Peer.TrySendAudio(opus, (uint)(i * 960), false, now);
            for (var end = now + TimeSpan.FromMilliseconds(20); now < end; now += TimeSpan.FromMilliseconds(2))
            {
                if (pair.Caller.Peer.NextDeadline.IsDue(now)) pair.Caller.Peer.HandleTimeout(now);
                if (pair.Callee.Peer.NextDeadline.IsDue(now)) pair.Callee.Peer.HandleTimeout(now);
                Move(pair.Caller, pair.Callee, i % 7 == 3 && now + TimeSpan.FromMilliseconds(20) == end, now);
                Move(pair.Callee, pair.Caller, isLost: false, now + TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private static void Move(SimulatedPeer sender, SimulatedPeer receiver, bool isLost, Instant now)
    {
        Span<byte> buffer = stackalloc byte[1500];
        while (sender.Peer.TryPollEvent(out _)) { }
        while (sender.Peer.TryPollTransmit(buffer, out var transmit))
        {
            if (isLost) continue;
            receiver.Peer.HandleDatagram(new Datagram(buffer[..transmit.Length], sender.Address), now);
            while (receiver.Peer.TryPollEvent(out _)) { }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4000)]
    public void Messages_and_their_acknowledgements_allocate_nothing(int length)
    {
        using var pair = new PeerPair(6);
        pair.Connect();
        var channel = pair.OpenChannel();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        var message = new byte[length];
        var now = new Instant(TimeSpan.TicksPerSecond);
        var received = 0;
        Exchange(200);
        var allocated = AllocationMeter.Start();
        Exchange(500);
        Assert.Equal(0, allocated.Bytes);
        Assert.Equal(1400, received);

        void Exchange(int count)
        {
            Span<byte> buffer = stackalloc byte[1500];
            Span<byte> payload = stackalloc byte[4096];
            for (var i = 0; i < count; i++)
            {
                now += TimeSpan.FromMilliseconds(20);
                pair.Caller.Peer.SendMessage(channel, isBinary: true, message, now);
                pair.Callee.Peer.SendMessage(channel, isBinary: true, message, now);
                for (var moved = true; moved;) moved = Move(pair.Caller, pair.Callee, buffer, payload) | Move(pair.Callee, pair.Caller, buffer, payload);
            }
        }

        bool Move(SimulatedPeer from, SimulatedPeer to, Span<byte> buffer, Span<byte> payload)
        {
            var moved = false;
            while (from.Peer.TryPollTransmit(buffer, out var transmit))
            {
                moved = true;
                to.Peer.HandleDatagram(new Datagram(buffer[..transmit.Length], from.Address), now);
                while (to.Peer.TryPollEvent(out var e))
                {
                    to.Peer.ReadPayload(payload);
                    if (e.Kind == PeerEventKind.MessageReceived) received++;
                }
            }
            return moved;
        }
    }

    private static void Send(SimulatedPeer sender, SimulatedPeer receiver, int first, int count)
    {
        Span<byte> opus = stackalloc byte[80];
        Span<byte> buffer = stackalloc byte[1500];
        Span<byte> payload = stackalloc byte[1500];
        var now = new Instant(TimeSpan.TicksPerSecond);
        for (var i = first; i < first + count; i++)
        {
            now += TimeSpan.FromMicroseconds(20);
            sender.Peer.TrySendAudio(opus, (uint)(i * 960), false, now);
            while (sender.Peer.TryPollTransmit(buffer, out var transmit))
                receiver.Peer.HandleDatagram(new Datagram(buffer[..transmit.Length], sender.Address), now);
            while (receiver.Peer.TryPollEvent(out _)) receiver.Peer.ReadPayload(payload);
            while (receiver.Peer.TryPollTransmit(buffer, out _)) { }
        }
    }
}
