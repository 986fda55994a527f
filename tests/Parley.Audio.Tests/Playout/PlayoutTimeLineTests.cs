using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>Pauses, other streams, leaps of the sender's clock, and clocks that do not run alike.</summary>
public sealed class PlayoutTimeLineTests
{
    private const int SampleRate = PlayoutCall.SampleRate;
    private static readonly short[] Speech = Signals.VoiceLike(SampleRate, SampleRate * 5, depth: 0.8);
    private static readonly List<byte[]> Voice = PlayoutCall.Encode(Speech);
    private static readonly LinkConditions Path = new() { Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public void Pauses_of_the_sender_are_silence_and_do_not_grow_the_delay()
    {
        using var call = new PlayoutCall(Path, seed: 4);
        for (var i = 0; i < 20; i++)
        {
            call.Send(Voice, TimeSpan.FromSeconds(1));
            call.Pause(TimeSpan.FromMilliseconds(100 + i * 100));
        }
        call.Send(Voice, TimeSpan.FromSeconds(1));
        Assert.InRange(call.MaxDelay(5, call.Seconds), 10, 70);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) < SampleRate / 5, $"{call.Count(PlayoutCount.ConcealedSamples)} samples made up");
        Assert.InRange(call.Count(PlayoutCount.SilentSamples), SampleRate * 19, SampleRate * 22);
    }

    [Fact]
    public void Discontinuous_transmission_is_comfort_noise_and_does_not_grow_the_delay()
    {
        var withPauses = new short[SampleRate * 6];
        Speech.AsSpan(0, SampleRate * 2).CopyTo(withPauses);
        Speech.AsSpan(0, SampleRate).CopyTo(withPauses.AsSpan(SampleRate * 5));
        using var call = new PlayoutCall(Path, seed: 4);
        var packets = PlayoutCall.Encode(withPauses, new OpusEncoderConfig { UseDtx = true, BitsPerSecond = 24_000, ExpectedLossPercent = 0 });
        Assert.Contains(packets, packet => packet.Length <= 2);
        for (var round = 0; round < 5; round++)
        {
            foreach (var packet in packets)
            {
                // A sender leaves the empty packets away, all but the first of each run.
                var isEmpty = packet.Length <= 2 && call.Kinds.Count % 20 != 0;
                if (isEmpty) call.Pause(TimeSpan.FromMilliseconds(20));
                else
                {
                    call.SendOne(packet);
                    call.RunUntil(call.Clock.Now + TimeSpan.FromMilliseconds(20));
                }
            }
        }
        Assert.InRange(call.MaxDelay(5, call.Seconds), 10, 70);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) < SampleRate / 5, $"{call.Count(PlayoutCount.ConcealedSamples)} samples made up");
    }

    [Fact]
    public void A_sender_whose_timestamps_stand_still_in_pauses_is_played_without_growing_delay()
    {
        using var call = new PlayoutCall(Path, seed: 4);
        for (var i = 0; i < 10; i++)
        {
            call.Send(Voice, TimeSpan.FromSeconds(4));
            call.RunUntil(call.Clock.Now + TimeSpan.FromSeconds(3));
        }
        // What is sent is played soon, whatever its timestamp says: the last words are out when the last packet is.
        Assert.InRange(call.Count(PlayoutCount.Decoded), 1990, 2000);
        Assert.Equal(0, call.Count(PlayoutCount.Discarded));
        Assert.Equal(PlayoutKind.Silence, call.Kinds[^1]);
        Assert.Equal(PlayoutKind.Silence, call.Kinds[^250]);
    }

    [Fact]
    public void Another_ssrc_follows_without_a_click_and_with_the_same_delay()
    {
        using var call = new PlayoutCall(Path, seed: 4);
        call.Send(Voice, TimeSpan.FromSeconds(5));
        (call.Ssrc, call.Seq, call.Timestamp) = (7, 12, 99);
        call.Send(Voice, TimeSpan.FromSeconds(5));
        Assert.Equal(1, call.Count(PlayoutCount.Restarted));
        Assert.InRange(call.MaxDelay(6, 10), 10, 80);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) < SampleRate / 20);
        Assert.InRange(Signals.LargestStep(call.PlayedFrom(1, 10)), 0, Signals.LargestStep(Speech) * 1.6);
    }

    [Theory]
    [InlineData(48_000 * 60)]
    [InlineData(-48_000 * 60)]
    [InlineData(48_000 * 3600 * 10)]
    public void Timestamps_that_leap_are_followed_at_once(int leap)
    {
        using var call = new PlayoutCall(Path, seed: 4);
        call.Send(Voice, TimeSpan.FromSeconds(5));
        call.Timestamp += (uint)leap;
        call.Send(Voice, TimeSpan.FromSeconds(5));
        Assert.Equal(1, call.Count(PlayoutCount.Restarted));
        Assert.InRange(call.Count(PlayoutCount.Decoded), 490, 500);
        Assert.InRange(call.MaxDelay(6, 10), 10, 80);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) + call.Count(PlayoutCount.SilentSamples) < SampleRate / 5);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public void A_clock_that_is_300_ppm_off_for_an_hour_neither_grows_the_delay_nor_starves(int ppm)
    {
        using var call = new PlayoutCall(new LinkConditions { Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(10) }, ppm: ppm) { IsRecording = false };
        call.Send(Voice, TimeSpan.FromHours(1));
        Assert.InRange(call.MaxDelay(60, 3600), 10, 70);
        // 300 ppm of an hour are 1.08 s.
        var count = ppm > 0 ? PlayoutCount.AcceleratedSamples : PlayoutCount.ExpandedSamples;
        Assert.InRange(call.Count(count), SampleRate * 0.9, SampleRate * 3);
        Assert.True(call.Count(PlayoutCount.ConcealedSamples) < SampleRate / 2, $"{call.Count(PlayoutCount.ConcealedSamples)} samples made up");
        Assert.Equal(0, call.Count(PlayoutCount.Discarded) + call.Count(PlayoutCount.Restarted));
    }
}
