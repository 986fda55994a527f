using Parley.Simulation;
using Parley.Transceiver.Tests.Rig;

namespace Parley.Transceiver.Tests;

public sealed class AllocationTests
{
    [Fact]
    public void Receiving_decoding_encoding_and_sending_allocate_nothing_in_a_steady_call()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 180));
        using var stage = new Stage(5, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => words)));
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        caller.Send("""{"type":"response.create"}""");
        // All events of the reply are out, and a minute of sound is on its way; every lazily made buffer has been made.
        stage.RunUntil(() => caller.Has("response.done"), TimeSpan.FromSeconds(10), "the reply");
        stage.RunFor(TimeSpan.FromSeconds(2));

        var (allocated, received, sent) = (stage.Server.MediaAllocated, stage.Server.DatagramsIn, stage.Server.DatagramsOut);
        // Up to the first heartbeat of the data channel's association, which is no media.
        stage.RunFor(TimeSpan.FromSeconds(25));
        Assert.InRange(stage.Server.DatagramsIn - received, 1250, 1300);
        Assert.InRange(stage.Server.DatagramsOut - sent, 1250, 1300);
        Assert.Equal(0, stage.Server.MediaAllocated - allocated);
    }
}
