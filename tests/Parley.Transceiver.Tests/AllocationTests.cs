using Parley.Net;
using Parley.Realtime;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    /// <summary>More than the simulation around the call allocates while the call is measured.</summary>
    private const long NoCollectionBytes = 100 * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Receiving_decoding_encoding_and_sending_allocate_nothing_in_a_steady_call_whoever_listens_from_aside(bool hasSideband)
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 180));
        using var stage = new Stage(5, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => words)));
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        if (hasSideband) stage.Attach(new CallSidebandHost(stage.Directory.Entries.Single(), new MonotonicClock(stage.Time)));
        caller.Send("""{"type":"response.create"}""");
        // All events of the reply are out, and a minute of sound is on its way; every lazily made buffer has been made.
        stage.RunUntil(() => caller.Has("response.done"), TimeSpan.FromSeconds(10), "the reply");
        stage.RunFor(TimeSpan.FromSeconds(2));

        var (allocated, received, sent) = (stage.Server.MediaAllocated, stage.Server.DatagramsIn, stage.Server.DatagramsOut);
        // Up to the first heartbeat of the data channel's association, which is no media. Four of the datagrams of each second are feedback.
        RunWithoutCollection(stage, TimeSpan.FromSeconds(25));
        Assert.InRange(stage.Server.DatagramsIn - received, 1345, 1375);
        Assert.InRange(stage.Server.DatagramsOut - sent, 1345, 1375);
        Assert.Equal(0, stage.Server.MediaAllocated - allocated);
    }

    [Fact]
    public void Nor_does_an_utterance_that_streams_to_its_recogniser()
    {
        using var stage = new Stage(6, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Yes.")));
        // The sound of a little more than one utterance is kept.
        var caller = stage.Call(session: new RealtimeSessionConfig { CreatedAt = stage.Time.GetUtcNow(), MaxItemAudioSize = 34 * 16 * 1024 });
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        // The first utterances bring the blocks that the third one uses again.
        Speak(stage, caller);
        Speak(stage, caller);
        Assert.Equal(0, Speak(stage, caller));
    }

    /// <summary>A collection in the middle of a measured step would count the unused rest of the allocation buffer, up to 8 KiB.</summary>
    private static void RunWithoutCollection(Stage stage, TimeSpan span)
    {
        Assert.True(GC.TryStartNoGCRegion(NoCollectionBytes));
        stage.RunFor(span);
        GC.EndNoGCRegion();
    }

    /// <summary>Speaks for 14 s without a pause that would end the turn; returns what was allocated during ten of them.</summary>
    private static long Speak(Stage stage, SimulatedCaller caller)
    {
        var started = caller.Count("input_audio_buffer.speech_started");
        for (var i = 0; i < 10; i++) caller.Machine.Say(Voice.Say("What time is it?"));
        stage.RunUntil(() => caller.Count("input_audio_buffer.speech_started") > started, TimeSpan.FromSeconds(3), "the utterance");
        stage.RunFor(TimeSpan.FromSeconds(1));
        var before = stage.Server.MediaAllocated;
        var packets = stage.Server.DatagramsIn;
        RunWithoutCollection(stage, TimeSpan.FromSeconds(10));
        Assert.InRange(stage.Server.DatagramsIn - packets, 500, 520);
        Assert.True(caller.Machine.IsSpeaking);
        var during = stage.Server.MediaAllocated - before;
        stage.RunUntil(() => caller.Count("response.done") > 0 && !caller.Machine.IsSpeaking, TimeSpan.FromSeconds(20), "the reply");
        stage.RunFor(TimeSpan.FromSeconds(3));
        return during;
    }
}
