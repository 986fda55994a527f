using Parley.Speech;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>
/// The whole call with the models that Parley brings along: a voice that the recogniser never learnt from asks, the built-in
/// agent answers with flite's voice, and its story is interrupted; over 10 % loss, 80 ms delay and 30 ms jitter each way.
/// </summary>
public sealed class EmbeddedCallTests
{
    private static readonly Lazy<Task<PhraseRecognizer>> Recognizer = new(async () =>
    {
        var recognizer = new PhraseRecognizer();
        await recognizer.Ready;
        return recognizer;
    });

    [Fact]
    public async Task A_spoken_question_is_answered_by_voice_and_a_story_is_interrupted()
    {
        var (scene, voice) = await PlayAsync(41);
        WholeCallTests.Report(scene);
        Assert.Equal("Count to ten.", scene.Question);
        Assert.InRange(Hearing.Correlation(scene.HeardAnswer, voice.FirstReply, TimeSpan.FromSeconds(15)), 0.8, 1);
        Assert.Contains(scene.Events, e => e.Type == "conversation.item.truncated");
        Assert.InRange((scene.FellSilent - scene.Interrupted).TotalMilliseconds, 160, 900);
        Assert.Equal([CallCloseReason.RemoteClosed], scene.Closed);
        Assert.Equal(0, scene.Faults);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_conversation_and_the_same_audio()
    {
        var (first, _) = await PlayAsync(42);
        var (second, _) = await PlayAsync(42);
        Assert.Equal(first.Script, second.Script);
        Assert.Equal(first.AudioDigest, second.AudioDigest);
    }

    private static async Task<(Scene Scene, RecordingSynthesizer Voice)> PlayAsync(ulong seed)
    {
        var (question, wish, interruption) = (Voice.Say("Count to ten."), Voice.Say("Tell me a story."), Voice.Say("Thank you."));
        var recognizer = await Recognizer.Value;
        FliteSynthesizer.Load();
        var voice = new RecordingSynthesizer(new FliteSynthesizer());
        // The scene's pump belongs to the thread that makes it, so nothing is awaited from here on.
        var scene = Scene.Play(
            seed, time => new ModelSet(recognizer, new EmbeddedChatClient(), voice, EmbeddedTools.Create(time())), question, wish, interruption,
            answered: () => voice.FirstReplyClauses = voice.Clauses);
        return (scene, voice);
    }
}
