using Parley.Audio;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

[Collection(nameof(Alone))]
public sealed class LeakTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public void Five_hundred_calls_that_end_in_every_way_leave_nothing_behind()
    {
        using var stage = new Stage(31, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "One two three four.")), shards: 2);
        Live(stage, 5);
        Collect();
        var (dtls, opus) = (NativeObjectHandle.Live, OpusHandle.Live);
        var calls = Live(stage, 500);
        Assert.Equal(0, stage.Directory.Count);
        Assert.Equal(0, stage.Directory.WaitingCount);
        Assert.Equal((dtls, opus), (NativeObjectHandle.Live, OpusHandle.Live));
        Assert.All(stage.Servers, server => Assert.True(server.Shard.NextDeadline.Reason is "shard.Lobby" or "none"));
        Assert.Equal(505, stage.Observer.Closed.Count);
        Assert.Equal(0, stage.Ledger.FaultCount);
        Collect();
        Assert.Equal(0, calls.Count(call => call.IsAlive));
    }

    /// <summary>Calls whose client hangs up, that are hung up, whose client vanishes in the middle of a reply, or never comes.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static List<WeakReference> Live(Stage stage, int count)
    {
        var calls = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var caller = stage.Call(shard: i % 2);
            var entry = stage.Directory.Entries.Single(each => each.Call.CreatedAt == stage.Clock.Now && each.IsInLobby);
            calls.Add(new WeakReference(entry.Call));
            if (i % 5 == 4)
            {
                caller.IsAlive = false;
            }
            else
            {
                stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
                End(stage, caller, entry, i % 5);
            }
            stage.RunFor(TimeSpan.FromMilliseconds(100));
            stage.Leave(caller);
        }
        // The longest farewell: consent and connect time-outs.
        stage.RunFor(TimeSpan.FromSeconds(40));
        return calls;
    }

    private static void End(Stage stage, SimulatedCaller caller, CallEntry entry, int way)
    {
        if (way >= 2)
        {
            caller.Send("""{"type":"response.create"}""");
            stage.RunUntil(() => caller.Has("output_audio_buffer.started"), Soon, "the reply");
        }
        switch (way)
        {
            case 0 or 3:
                caller.HangUp();
                stage.RunFor(TimeSpan.FromSeconds(1));
                break;
            case 1:
                entry.Owner!.TryPost(new HangUp(entry, CallCloseReason.HungUp));
                stage.RunFor(TimeSpan.FromSeconds(1));
                break;
            default:
                caller.IsAlive = false;
                break;
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
