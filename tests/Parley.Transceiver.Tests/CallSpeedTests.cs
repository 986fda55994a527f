using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>How much faster than real time a whole simulated call runs. Printed, not asserted on: the machine may have other work.</summary>
[Collection(nameof(Alone))]
public sealed class CallSpeedTests
{
    [Fact]
    public void The_speed_of_a_simulated_call_is_measured()
    {
        WholeCallTests.Play(50, new ToneSynthesizer());
        for (ulong seed = 51; seed < 54; seed++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var scene = WholeCallTests.Play(seed, new ToneSynthesizer());
            var cpu = Environment.CpuUsage.TotalTime - before;
            TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
                $"{scene.End.TotalMilliseconds / 1000:0.0} s of call: {scene.Ratio:0} times real time by the wall clock, {scene.End.TotalMilliseconds / cpu.TotalMilliseconds:0} by CPU time"));
        }
    }
}
