using Parley.Simulation;
using Parley.Transceiver.Tests.Rig;

namespace Parley.Transceiver.Tests;

public sealed class FirstCallTests
{
    [Fact]
    public void A_turn_is_heard_answered_and_hung_up()
    {
        var recognizer = new ScriptedRecognizer("what time is it");
        var voice = new ToneSynthesizer();
        using var stage = new Stage(1, ScriptedModels.Create(recognizer, new ScriptedChat(_ => "It is noon."), voice));
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        caller.Machine.Say(Voice.Say("What time is it?"));
        stage.RunFor(TimeSpan.FromSeconds(20));
        foreach (var e in caller.Events) TestContext.Current.TestOutputHelper!.WriteLine($"{e.At} {e.Json}");
        TestContext.Current.TestOutputHelper!.WriteLine($"heard {caller.Heard.Count} {stage.Ledger.FaultCount} {string.Join(',', stage.Observer.Lives)} utt={recognizer.Utterances.Count} {string.Join(',', recognizer.Utterances.Select(u=>u.Length))}");

        caller.HangUp();
        stage.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal([CallCloseReason.RemoteClosed], stage.Observer.Closed);
        Assert.Equal(0, stage.Directory.Count);
        Assert.NotEmpty(recognizer.Utterances);
    }
}
