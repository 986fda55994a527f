using Parley.Net.Impairment;
using Parley.Simulation;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>A long reply on a bad path: what is sent follows what the caller reports.</summary>
public sealed class SteeringTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(80);

    [Fact]
    public void Copies_are_sent_while_packets_are_lost_and_not_before_nor_for_long_after()
    {
        using var stage = Talking(out var caller);
        var bytes = BytesIn(stage, caller, TimeSpan.FromSeconds(5));
        Assert.Equal(0, caller.Machine.Stats.RepairedByRedundancy);

        Path(stage, caller, new LinkConditions { Delay = Delay, Loss = 0.08 });
        stage.RunFor(TimeSpan.FromSeconds(15));
        var stats = caller.Machine.Stats;
        Assert.InRange(stats.RepairedByRedundancy, 0.6 * stats.PacketsLost, stats.PacketsLost);

        Path(stage, caller, new LinkConditions { Delay = Delay });
        stage.RunFor(TimeSpan.FromSeconds(25));
        Assert.InRange(BytesIn(stage, caller, TimeSpan.FromSeconds(5)), 0.7 * bytes, 1.3 * bytes);
    }

    [Fact]
    public void A_narrow_path_gets_a_voice_that_fits_it()
    {
        using var stage = Talking(out var caller);
        var bytes = BytesIn(stage, caller, TimeSpan.FromSeconds(5));
        Path(stage, caller, new LinkConditions { Delay = Delay, BitsPerSecond = 44_000, QueueLimit = TimeSpan.FromSeconds(1) });
        stage.RunFor(TimeSpan.FromSeconds(10));
        var lost = caller.Machine.Stats.PacketsLost;
        var heard = caller.Heard.Count;
        var narrow = BytesIn(stage, caller, TimeSpan.FromSeconds(15)) / 3;
        Assert.InRange(narrow, 0.3 * bytes, 0.85 * bytes);
        Assert.Equal(lost, caller.Machine.Stats.PacketsLost);
        Assert.InRange((caller.Heard.Count - heard) / 24_000.0, 14.8, 15.2);
    }

    private static Stage Talking(out SimulatedCaller caller)
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 400));
        var stage = new Stage(7, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => words)));
        var made = caller = stage.Call(new LinkConditions { Delay = Delay });
        stage.RunUntil(() => made.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => made.Machine.Stats.PacketsReceived > 250, TimeSpan.FromSeconds(15), "the reply");
        return stage;
    }

    private static void Path(Stage stage, SimulatedCaller caller, LinkConditions conditions) => stage.Server.Links[caller.Address].Conditions = conditions;

    /// <summary>Bytes of Opus that come in so long a time.</summary>
    private static double BytesIn(Stage stage, SimulatedCaller caller, TimeSpan time)
    {
        var before = caller.Machine.Stats.PayloadBytesReceived;
        stage.RunFor(time);
        return caller.Machine.Stats.PayloadBytesReceived - before;
    }
}
