using Parley.Rtc.Rtp;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

/// <summary>Feedback for video, and feedback nobody knows, is counted and changes nothing. (RFC 4585 §6)</summary>
public sealed class FeedbackToleranceTests
{
    [Fact]
    public void Key_frame_requests_unknown_feedback_and_extended_reports_are_counted()
    {
        var counters = Handle(
            [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2], // PLI
            [0x84, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2], // FIR, without an entry
            [0x9F, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
            [0x9E, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
            [0x80, 207, 0, 1, 0, 0, 0, 1],
            [0x8F, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2], // transport-wide, without its head
            [0x80, 204, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4]); // APP
        Assert.Equal(2, counters.Rtp.Counters[MediaCounter.KeyFrameRequested]);
        Assert.Equal(2, counters.Rtp.Counters[MediaCounter.UnknownFeedback]);
        Assert.Equal(1, counters.Rtp.Counters[MediaCounter.ExtendedReport]);
        Assert.Equal(1, counters.Rtp.Counters[MediaCounter.MalformedFeedback]);
        Assert.Equal(0, counters.Dropped);
    }

    [Fact]
    public void A_bound_of_the_receivers_is_an_upper_bound_of_the_estimate()
    {
        // REMB: one SSRC, exponent 2, mantissa 0x2328 = 9000, so 36 kbit/s. (draft-alvestrand-rmcat-remb-03 §2.2)
        byte[] remb = [0x8F, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, (byte)'R', (byte)'E', (byte)'M', (byte)'B', 1, 2 << 2, 0x23, 0x28, 0, 0, 0, 9];
        var counters = Handle(remb);
        Assert.Equal(1, counters.Rtp.Counters[MediaCounter.BitrateBoundReceived]);
        Assert.Equal(36_000, counters.Rtp.Stats.EstimatedSendBitsPerSecond);
    }

    private static (AudioRtp Rtp, int Dropped) Handle(params byte[][] packets)
    {
        var random = new SeededRandom(1);
        var (left, right) = (new byte[28], new byte[28]);
        random.Fill(left);
        random.Fill(right);
        using var sender = new SrtpSession(SrtpProfile.AeadAes128Gcm, Keys(left, right));
        var rtp = new AudioRtp(7, "parley", random);
        rtp.Start(SrtpProfile.AeadAes128Gcm, Keys(right, left), new Instant(0));
        var dropped = 0;
        foreach (var packet in packets)
        {
            var buffer = new byte[200];
            packet.CopyTo(buffer, 0);
            Assert.True(sender.TryProtectRtcp(buffer, packet.Length, out var length));
            if (rtp.HandleRtcp(buffer.AsSpan(0, length), new Instant(0)) is not null) dropped++;
        }
        return (rtp, dropped);
    }

    private static SrtpKeys Keys(byte[] local, byte[] remote) => new(local[..16], local[16..], remote[..16], remote[16..]);
}
