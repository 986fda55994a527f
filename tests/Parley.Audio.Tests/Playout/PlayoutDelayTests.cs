using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>How long samples are held back.</summary>
public sealed class PlayoutDelayTests
{
    private static readonly List<byte[]> Voice = PlayoutCall.Encode(Signals.VoiceLike(24000, 24000 * 5, depth: 0.8));

    [Fact]
    public void On_a_path_without_jitter_the_delay_falls_to_that_of_a_pull_and_nothing_is_made_up()
    {
        using var call = new PlayoutCall(new LinkConditions { Delay = TimeSpan.FromMilliseconds(50) });
        call.Send(Voice, TimeSpan.FromSeconds(20));
        Assert.InRange(call.MeanDelay(10, 20), 10, 30);
        Assert.Equal(0, call.Count(PlayoutCount.ConcealedSamples));
        Assert.Equal(0, call.Count(PlayoutCount.Late));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(120)]
    public void The_delay_settles_near_the_jitter_and_little_is_made_up(int jitter)
    {
        using var call = new PlayoutCall(Jittery(jitter), seed: 5);
        call.Send(Voice, TimeSpan.FromSeconds(40));
        // Nearly all packets are less late than the jitter; a pull, a bucket and the tolerance of the control come on top.
        Assert.InRange(call.MeanDelay(20, 40), jitter * 0.9, jitter + 40);
        Assert.InRange(call.Buffer.TargetDelay(call.Clock.Now).TotalMilliseconds, jitter * 0.9, jitter + 20);
        Assert.True(Ratio(call, PlayoutCount.ConcealedSamples) < 0.01, $"{Ratio(call, PlayoutCount.ConcealedSamples):P2} concealed");
    }

    [Fact]
    public void The_delay_follows_the_network_up_and_down()
    {
        using var call = new PlayoutCall(Jittery(10), seed: 2);
        call.Send(Voice, TimeSpan.FromSeconds(15));
        call.Link.Conditions = Jittery(120);
        call.Send(Voice, TimeSpan.FromSeconds(15));
        call.Link.Conditions = Jittery(10);
        call.Send(Voice, TimeSpan.FromSeconds(90));
        Assert.InRange(call.MeanDelay(10, 15), 10, 50);
        Assert.InRange(call.MeanDelay(20, 30), 100, 170);
        Assert.InRange(call.MeanDelay(100, 120), 10, 60);
    }

    [Fact]
    public void After_a_spike_the_delay_is_up_at_once_and_a_second_spike_is_not_heard()
    {
        using var call = new PlayoutCall(Jittery(5), seed: 3);
        call.Send(Voice, TimeSpan.FromSeconds(10));
        var quiet = call.Buffer.TargetDelay(call.Clock.Now);
        Spike(call);
        Assert.InRange(quiet.TotalMilliseconds, 10, 25);
        Assert.InRange(call.Buffer.TargetDelay(call.Clock.Now).TotalMilliseconds, 150, 230);
        var afterFirst = call.Count(PlayoutCount.ConcealedSamples);
        Assert.True(afterFirst > 0);
        call.Send(Voice, TimeSpan.FromMilliseconds(500));
        Spike(call);
        Assert.InRange(call.Count(PlayoutCount.ConcealedSamples) - afterFirst, 0, 24_000 / 20);
        // Without another one it is forgotten.
        call.Send(Voice, TimeSpan.FromSeconds(30));
        Assert.InRange(call.MeanDelay(35, 40), 10, 60);
    }

    [Fact]
    public void The_delay_keeps_to_its_bounds()
    {
        var config = new PlayoutConfig { MinDelay = TimeSpan.FromMilliseconds(80), InitialDelay = TimeSpan.FromMilliseconds(80), MaxDelay = TimeSpan.FromMilliseconds(120) };
        using var calm = new PlayoutCall(LinkConditions.Perfect, config: config);
        calm.Send(Voice, TimeSpan.FromSeconds(10));
        Assert.InRange(calm.MeanDelay(5, 10), 70, 101);
        using var rough = new PlayoutCall(Jittery(400), seed: 7, config: config);
        rough.Send(Voice, TimeSpan.FromSeconds(20));
        Assert.Equal(120, rough.Buffer.TargetDelay(rough.Clock.Now).TotalMilliseconds);
        Assert.InRange(rough.MeanDelay(5, 20), 70, 420);
    }

    [Fact]
    public void After_a_cut_of_three_seconds_that_ends_in_a_burst_no_more_than_the_bound_is_held_back_and_it_is_worked_off()
    {
        using var call = new PlayoutCall(Jittery(5), seed: 3);
        call.Send(Voice, TimeSpan.FromSeconds(5));
        // Packets pile up somewhere, and come all at once.
        call.Link.Conditions = new LinkConditions { Delay = TimeSpan.FromSeconds(3) };
        var held = call.Clock.Now + TimeSpan.FromSeconds(3);
        while (call.Clock.Now < held)
        {
            call.Link.Conditions = new LinkConditions { Delay = held - call.Clock.Now };
            call.Send(Voice, TimeSpan.FromMilliseconds(20));
        }
        call.Link.Conditions = Jittery(5);
        call.Send(Voice, TimeSpan.FromSeconds(25));
        Assert.InRange(call.Count(PlayoutCount.Discarded), 50, 150);
        Assert.InRange(call.MaxDelay(8.1, 33), 300, 1100);
        Assert.InRange(call.MeanDelay(28, 33), 10, 80);
    }

    [Fact]
    public void A_sender_that_gives_ten_packets_at_a_time_is_played_without_a_gap()
    {
        using var call = new PlayoutCall(LinkConditions.Perfect);
        for (var i = 0; i < 100; i++)
        {
            for (var j = 0; j < 10; j++) call.SendOne(Voice[(i * 10 + j) % Voice.Count]);
            call.RunUntil(call.Clock.Now + TimeSpan.FromMilliseconds(200));
        }
        Assert.InRange(Ratio(call, PlayoutCount.ConcealedSamples), 0, 0.02);
        Assert.InRange(call.MeanDelay(10, 20), 180, 240);
        Assert.Equal(0, call.Count(PlayoutCount.Discarded));
    }

    private static void Spike(PlayoutCall call)
    {
        var end = call.Clock.Now + TimeSpan.FromMilliseconds(200);
        while (call.Clock.Now < end)
        {
            call.Link.Conditions = new LinkConditions { Delay = end - call.Clock.Now + TimeSpan.FromMilliseconds(40) };
            call.Send(Voice, TimeSpan.FromMilliseconds(20));
        }
        call.Link.Conditions = Jittery(5);
        call.Send(Voice, TimeSpan.FromMilliseconds(200));
    }

    private static double Ratio(PlayoutCall call, PlayoutCount count) => call.Count(count) / (double)call.Count(PlayoutCount.PlayedSamples);

    private static LinkConditions Jittery(int milliseconds) =>
        new() { Delay = TimeSpan.FromMilliseconds(40), Jitter = TimeSpan.FromMilliseconds(milliseconds) };
}
