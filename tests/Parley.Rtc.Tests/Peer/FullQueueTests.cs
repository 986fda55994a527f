using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>
/// A driver that cannot send for a moment does not poll, and comes with the time-out all the same. A report or feedback that was due then and found the
/// queue full stayed due, and the time-out was handled for ever: the shard, and all calls on it, stood still.
/// </summary>
public sealed class FullQueueTests
{
    private static readonly byte[] Frame = new byte[80];

    [Theory]
    [InlineData(0.3, "feedback")]
    [InlineData(10, "feedback and a report")]
    public void What_is_due_while_the_queue_is_full_is_sent_when_there_is_room(double seconds, string what)
    {
        using var pair = new PeerPair(seed: 1);
        pair.Connect();
        var (caller, callee) = (pair.Caller.Peer, pair.Callee.Peer);
        callee.TrySendAudio(Frame, 0, marker: true, pair.Clock.Now);
        pair.Callee.Pump();
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.AudioReceived), TimeSpan.FromSeconds(1), "hearing a packet");

        var now = pair.Clock.Now;
        for (uint i = 0; caller.TrySendAudio(Frame, i * 960, marker: false, now); i++) { }
        now += TimeSpan.FromSeconds(seconds);
        caller.HandleTimeout(now);
        Assert.True(caller.NextDeadline.At > now, $"With {what} due, it never ends.");
        Assert.True(PollAudio(caller) > 0);

        var before = caller.Drops[PeerDropReason.TransmitQueueFull];
        now = caller.NextDeadline.At;
        caller.HandleTimeout(now);
        Assert.Equal(before, caller.Drops[PeerDropReason.TransmitQueueFull]);
        Assert.True(PollControl(caller) > 0, $"There was room, and no {what} came.");
    }

    private static int PollAudio(RtcPeer peer) => Poll(peer).Audio;

    private static int PollControl(RtcPeer peer) => Poll(peer).Control;

    /// <summary>Takes everything; how much of it was SRTP and how much SRTCP. (RFC 5761 §4)</summary>
    private static (int Audio, int Control) Poll(RtcPeer peer)
    {
        Span<byte> buffer = stackalloc byte[RtcPeer.MaxDatagramLength];
        var (audio, control) = (0, 0);
        while (peer.TryPollTransmit(buffer, out _))
        {
            if (buffer[0] is < 128 or > 191) continue;
            if (buffer[1] is >= 192 and <= 223) control++;
            else audio++;
        }
        return (audio, control);
    }
}
