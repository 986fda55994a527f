using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>Packets that are missing, late, out of order or twice there.</summary>
public sealed class PlayoutLossTests
{
    private const int SampleRate = PlayoutCall.SampleRate;
    private static readonly short[] Speech = Signals.VoiceLike(SampleRate, SampleRate * 5, depth: 0.8);
    private static readonly List<byte[]> Voice = PlayoutCall.Encode(Speech);
    private static readonly List<byte[]> RepairableVoice = PlayoutCall.Encode(Speech, new OpusEncoderConfig { ExpectedLossPercent = 20 });

    [Fact]
    public void Lost_packets_are_rebuilt_from_the_next_one()
    {
        using var call = Run(new LinkConditions { Loss = 0.1 }, RepairableVoice);
        var lost = call.Link.Lost * 480;
        Assert.InRange(call.Count(PlayoutCount.RecoveredSamples), lost * 0.6, lost);
        Assert.InRange(call.Count(PlayoutCount.ConcealedSamples), 0, lost * 0.4);
    }

    [Theory]
    [InlineData(0.1, 0, 0)]
    [InlineData(0.3, 0, 0)]
    [InlineData(0, 0.02, 4)]
    [InlineData(0.05, 0.02, 10)]
    public void What_is_made_up_is_no_more_than_what_was_lost(double loss, double burstStart, double burstLength)
    {
        using var call = Run(
            new LinkConditions { Loss = loss, BurstStart = burstStart, BurstLength = burstLength, Jitter = TimeSpan.FromMilliseconds(10) }, Voice);
        Assert.InRange(call.Count(PlayoutCount.ConcealedSamples) + call.Count(PlayoutCount.SilentSamples),
            call.Link.Lost * 480 * 0.9, call.Link.Lost * 480 * 1.1 + SampleRate / 5);
        Assert.InRange(call.MeanDelay(10, 30), 10, 80);
    }

    [Fact]
    public void The_level_is_kept_and_no_splice_clicks_whatever_is_lost()
    {
        using var call = Run(new LinkConditions { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(40) }, RepairableVoice);
        var played = call.PlayedFrom(2, 30);
        Assert.InRange(Signals.Decibels(Signals.Rms(played) / Signals.Rms(Speech)), -2, 1);
        // The largest step is a matter of the sound's own shape, and the codec rebuilds that.
        Assert.InRange(Signals.LargestStep(played), 0, Signals.LargestStep(Speech) * 1.6);
    }

    [Fact]
    public void Reordered_packets_are_played_in_their_order_and_copies_once()
    {
        using var call = Run(
            new LinkConditions { Jitter = TimeSpan.FromMilliseconds(60), Reordering = 0.5, Duplication = 0.2 }, Voice);
        var sent = call.Link.Sent;
        Assert.InRange(call.Count(PlayoutCount.Duplicate), (long)(sent * 0.1), (long)(sent * 0.3));
        Assert.InRange(call.Count(PlayoutCount.Decoded), sent * 98 / 100, sent);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) < SampleRate * 30 / 100);
        Assert.InRange(call.Count(PlayoutCount.Decoded) + call.Count(PlayoutCount.Late), sent - 10, sent);
    }

    [Fact]
    public void A_packet_that_comes_after_its_time_is_counted_and_not_played()
    {
        using var call = new PlayoutCall(LinkConditions.Perfect);
        call.Send(Voice, TimeSpan.FromSeconds(2));
        var (seq, timestamp) = (call.Seq, call.Timestamp);
        call.Seq++;
        call.Timestamp += 960;
        call.RunUntil(call.Clock.Now + TimeSpan.FromMilliseconds(20));
        call.Send(Voice, TimeSpan.FromSeconds(1));
        var decoded = call.Count(PlayoutCount.Decoded);
        for (var copy = 0; copy < 2; copy++) call.Buffer.Insert(new SeqNo(seq), timestamp, Voice[0], call.Clock.Now, call.Ssrc);
        call.RunUntil(call.Clock.Now + TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, call.Count(PlayoutCount.Late));
        Assert.Equal(1, call.Count(PlayoutCount.Duplicate));
        Assert.InRange(call.Count(PlayoutCount.Decoded) - decoded, 0, 3);
    }

    [Fact]
    public void What_is_made_up_fades_when_nothing_comes_any_more()
    {
        using var call = new PlayoutCall(LinkConditions.Perfect);
        call.Send(Voice, TimeSpan.FromSeconds(2));
        call.RunUntil(call.Clock.Now + TimeSpan.FromSeconds(3));
        Assert.Equal(PlayoutKind.Silence, call.Kinds[^1]);
        Assert.InRange(Signals.Rms(call.PlayedFrom(4, 5)), 0, 60);
    }

    private static PlayoutCall Run(LinkConditions conditions, List<byte[]> packets)
    {
        var call = new PlayoutCall(conditions with { Delay = TimeSpan.FromMilliseconds(40) }, seed: 6);
        call.Send(packets, TimeSpan.FromSeconds(30));
        return call;
    }
}
