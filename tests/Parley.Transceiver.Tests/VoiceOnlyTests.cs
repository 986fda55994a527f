using Parley.Realtime;
using Parley.Simulation;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>A client may describe no data channels: a voice and nothing else. It was connected, heard by nobody and never answered.</summary>
public sealed class VoiceOnlyTests
{
    [Fact]
    public void A_client_without_data_channels_is_heard_and_answered()
    {
        var voice = new ToneSynthesizer();
        using var stage = new Stage(31, ScriptedModels.Create(new ScriptedRecognizer("what time is it"), new ScriptedChat(_ => "It is noon."), voice));
        var caller = CallByVoiceOnly(stage);
        stage.RunFor(TimeSpan.FromSeconds(2));
        caller.Machine.Say(Voice.Say("What time is it?"));
        caller.Pump();
        stage.RunFor(TimeSpan.FromSeconds(10));
        Assert.InRange(Hearing.Correlation(caller.Heard, voice.Said, TimeSpan.FromSeconds(10)), 0.9, 1);
        Assert.Empty(caller.Events);
        Assert.Empty(stage.Observer.Closed);
        Assert.Empty(stage.Log.Faults);
    }

    [Fact]
    public void Its_call_ends_like_any_other()
    {
        using var stage = new Stage(32, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "It is noon.")));
        var caller = CallByVoiceOnly(stage);
        stage.RunFor(TimeSpan.FromSeconds(2));
        caller.HangUp();
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal([CallCloseReason.RemoteClosed], stage.Observer.Closed);
    }

    private static SimulatedCaller CallByVoiceOnly(Stage stage)
    {
        var caller = stage.MakeCaller();
        var offer = caller.Machine.OfferSdp.Replace("m=application 9 ", "m=application 0 ", StringComparison.Ordinal);
        caller.Accept(stage.Answer(offer).Call.AnswerSdp);
        return caller;
    }
}
