using CsCheck;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Output;

namespace Parley.Transceiver.Tests;

public sealed class OutputSteeringTests
{
    private static readonly OpusParameters Browser = new() { MinPacketTime = 10, UseInbandFec = true };
    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(20);

    /// <summary>What is decided once it has settled.</summary>
    [Theory]
    // loss %, path kbit/s (0: unknown), takes RED, asks again, near → kbit/s, expected loss %, copies, frames
    [InlineData(0, 0, true, false, false, 32, 0, 0, 1)]
    [InlineData(2, 0, true, false, false, 32, 2, 0, 1)]
    [InlineData(5, 0, true, false, false, 32, 0, 1, 1)]
    [InlineData(15, 0, true, false, false, 32, 0, 2, 1)]
    [InlineData(30, 0, true, false, false, 32, 0, 2, 1)]
    [InlineData(5, 0, false, false, false, 32, 5, 0, 1)] // no RED: in-band FEC
    [InlineData(60, 0, false, false, false, 32, 30, 0, 1)]
    [InlineData(5, 0, true, true, true, 32, 5, 0, 1)] // what is lost is asked for again
    [InlineData(5, 0, true, true, false, 32, 0, 1, 1)] // too far for that
    [InlineData(15, 0, true, true, true, 32, 0, 1, 1)]
    [InlineData(25, 0, true, true, true, 32, 0, 2, 1)]
    [InlineData(0, 512, true, false, false, 32, 0, 0, 1)]
    [InlineData(0, 52, true, false, false, 23, 0, 0, 1)] // 28.8 kbit/s are headers
    [InlineData(15, 80, true, false, false, 24, 0, 1, 1)] // room for one copy
    [InlineData(15, 56, true, false, false, 27, 15, 0, 1)] // room for none: in-band FEC
    [InlineData(0, 38, true, false, false, 23, 0, 0, 2)] // longer packets instead of a poor voice
    [InlineData(0, 24, true, false, false, 14, 0, 0, 3)]
    [InlineData(0, 10, true, false, false, 6, 0, 0, 3)]
    public void The_table_of_decisions(int loss, int path, bool canRepeat, bool canResend, bool isNear, int rate, int expectedLoss, int copies, int frames)
    {
        var conditions = new OutputConditions
        {
            Loss = loss / 100.0, PathBitsPerSecond = path == 0 ? null : path * 1000, CanRepeat = canRepeat, CanResend = canResend,
            RoundTripTime = isNear ? Near : Far,
        };
        var settled = Settle(new OutputSteering(Browser), conditions);
        Assert.Equal((rate, expectedLoss, copies, frames), (settled.BitsPerSecond / 1000, settled.ExpectedLossPercent, settled.RedundancyLevels, settled.FramesPerPacket));
    }

    [Fact]
    public void Before_the_first_report_in_band_correction_is_ready_and_nothing_is_repeated() =>
        Assert.Equal(new OutputSettings(32_000, 5, 0, 1), new OutputSteering(Browser).Decide(new OutputConditions { CanRepeat = true }));

    [Theory]
    [InlineData("useinbandfec=1;maxaveragebitrate=20000", 20_000, 5, 1)]
    [InlineData("maxaveragebitrate=6000", 6_000, 0, 1)]
    [InlineData("useinbandfec=1;maxaveragebitrate=64000", 32_000, 5, 1)]
    [InlineData("useinbandfec=1;maxplaybackrate=8000", 12_000, 5, 1)]
    [InlineData("maxplaybackrate=16000;ptime=40", 20_000, 0, 2)]
    [InlineData("ptime=60;maxptime=40", 32_000, 0, 2)]
    [InlineData("ptime=120", 32_000, 0, 3)]
    [InlineData("ptime=3;maxptime=10", 32_000, 0, 1)]
    public void What_the_client_asks_for_bounds_everything(string parameters, int rate, int expectedLoss, int frames) =>
        Assert.Equal(new OutputSettings(rate, expectedLoss, 0, frames), new OutputSteering(OpusParameters.Parse(parameters)).Decide(new OutputConditions()));

    [Fact]
    public void A_narrow_path_never_makes_packets_longer_than_the_client_takes()
    {
        var steering = new OutputSteering(OpusParameters.Parse("maxptime=20"));
        Assert.Equal(1, Settle(steering, new OutputConditions { PathBitsPerSecond = 12_000 }).FramesPerPacket);
    }

    [Fact]
    public void Loss_is_answered_at_once_and_forgotten_slowly()
    {
        var steering = new OutputSteering(Browser);
        Assert.Equal(2, steering.Decide(new OutputConditions { Loss = 0.2, CanRepeat = true }).RedundancyLevels);
        var levels = Enumerable.Range(0, 60).Select(_ => steering.Decide(new OutputConditions { Loss = 0, CanRepeat = true }).RedundancyLevels).ToList();
        Assert.Equal(levels.OrderDescending(), levels);
        Assert.InRange(levels.Count(level => level == 2), 5, 12); // 0.2 × 0.9ⁿ down to 0.08
        Assert.InRange(levels.Count(level => level == 1), 15, 25); // and on to 0.01
    }

    [Fact]
    public void A_narrow_path_is_obeyed_at_once_and_a_wide_one_step_by_step()
    {
        var steering = new OutputSteering(Browser);
        Settle(steering, new OutputConditions { PathBitsPerSecond = 200_000 });
        Assert.InRange(steering.Decide(new OutputConditions { PathBitsPerSecond = 46_000 }).BitsPerSecond, 16_000, 17_500);
        var rates = Enumerable.Range(0, 10).Select(_ => steering.Decide(new OutputConditions { PathBitsPerSecond = 200_000 }).BitsPerSecond).ToList();
        Assert.All(rates.Prepend(17_200).Zip(rates), pair => Assert.InRange(pair.Second, pair.First, 1.26 * pair.First));
        Assert.Equal(32_000, rates[^1]);
    }

    [Theory]
    [InlineData(0.024, 0.036)] // around the first copy's limit
    [InlineData(0.10, 0.14)]
    public void Loss_that_sways_around_a_limit_does_not_make_the_copies_sway(double low, double high)
    {
        var steering = new OutputSteering(Browser);
        var settled = Enumerable.Range(0, 100)
            .Select(i => steering.Decide(new OutputConditions { Loss = i % 2 == 0 ? low : high, CanRepeat = true }).RedundancyLevels).ToList();
        Assert.Single(settled[10..].Distinct());
    }

    [Fact]
    public void An_estimate_that_sways_a_little_changes_neither_rate_nor_packet_length()
    {
        var steering = new OutputSteering(Browser);
        Settle(steering, new OutputConditions { PathBitsPerSecond = 41_500 });
        var settings = Enumerable.Range(0, 100)
            .Select(i => steering.Decide(new OutputConditions { PathBitsPerSecond = i % 2 == 0 ? 41_500 : 42_500 })).ToList();
        Assert.Single(settings.Distinct());
    }

    [Fact]
    public void Whatever_is_measured_the_decision_stays_within_bounds_and_within_the_path() =>
        Gen.Select(Gen.Double[0, 1], Gen.Long[0, 600_000], Gen.Bool, Gen.Bool).Array[1, 40].Sample(steps =>
        {
            var steering = new OutputSteering(Browser);
            foreach (var (loss, path, canRepeat, canResend) in steps)
            {
                var s = steering.Decide(new OutputConditions
                {
                    Loss = loss, PathBitsPerSecond = path, CanRepeat = canRepeat, CanResend = canResend, RoundTripTime = Near,
                });
                if (s.BitsPerSecond is < 6_000 or > 32_000 || s.ExpectedLossPercent is < 0 or > 30 || s.RedundancyLevels is < 0 or > 2) return false;
                if (s.FramesPerPacket is < 1 or > 3 || (!canRepeat && s.RedundancyLevels > 0)) return false;
                var used = s.BitsPerSecond * (1 + s.RedundancyLevels) + 8 * (72 + 5 * s.RedundancyLevels) * 50 / s.FramesPerPacket;
                if (s.BitsPerSecond > 6_000 && used > path + 1) return false;
            }
            return true;
        });

    private static OutputSettings Settle(OutputSteering steering, OutputConditions conditions)
    {
        for (var i = 0; i < 50; i++) steering.Decide(conditions);
        return steering.Current;
    }
}
