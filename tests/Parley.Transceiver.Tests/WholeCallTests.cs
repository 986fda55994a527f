using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>
/// The whole call path on virtual time, over a network with 10 % loss, 80 ms delay and 30 ms jitter each way: handshake, turn,
/// reply, interruption, hang-up.
/// </summary>
public sealed class WholeCallTests
{
    [Fact]
    public void A_call_over_a_bad_network_is_understood_answered_interrupted_and_ended()
    {
        var voice = new ToneSynthesizer();
        var scene = Play(7, voice);
        Report(scene);

        Assert.Equal("what time is it", scene.Question);
        var answer = voice.Said.Take(ToneSynthesizer.SamplesPerWord * 6).ToList();
        Assert.InRange(Hearing.Correlation(scene.HeardAnswer, answer, TimeSpan.FromSeconds(15)), 0.8, 1);

        Assert.Contains(scene.Events, e => e.Type == "conversation.item.truncated");
        Assert.Contains(scene.Events, e => e.Type == "response.done" && e.String("response", "status") == "cancelled");
        Assert.InRange((scene.FellSilent - scene.Interrupted).TotalMilliseconds, 160, 900);

        Assert.Equal([CallCloseReason.RemoteClosed], scene.Closed);
        Assert.Equal(0, scene.Faults);
        Assert.InRange(scene.LongestDatagram, 1, 1200);
    }

    [Fact]
    public void The_same_seed_gives_the_same_events_at_the_same_times_and_the_same_audio()
    {
        var first = Play(11, new ToneSynthesizer());
        var second = Play(11, new ToneSynthesizer());
        var other = Play(12, new ToneSynthesizer());
        Assert.Equal(first.Script, second.Script);
        Assert.Equal(first.AudioDigest, second.AudioDigest);
        Assert.NotEqual(first.Script, other.Script);
        Report(second);
    }

    internal static void Report(Scene scene)
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine(FormattableString.Invariant(
            $"{scene.End.TotalMilliseconds / 1000:0.0} s of call in {scene.WallTime.TotalSeconds:0.00} s: {scene.Ratio:0} times real time"));
        output.WriteLine(FormattableString.Invariant(
            $"from the first sound of the interruption to silence at the caller's ear: {(scene.FellSilent - scene.Interrupted).TotalMilliseconds:0} ms"));
    }

    internal static Scene Play(ulong seed, ToneSynthesizer voice) => Scene.Play(
        seed,
        time => ScriptedModels.Create(
            new ScriptedRecognizer("what time is it", "tell me a story", "stop"),
            new ScriptedChat(Answer, time),
            voice),
        Voice.Say("What time is it?"), Voice.Say("Tell me a long story."), Voice.Say("Stop it please."));

    private static string Answer(string question) => question switch
    {
        "what time is it" => "It is noon, my friend, sharp.",
        "tell me a story" => string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Once upon a time there was number {i}.")),
        _ => "Alright.",
    };
}
