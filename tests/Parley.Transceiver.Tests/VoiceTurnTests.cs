using Parley.Simulation;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

public sealed class VoiceTurnTests
{
    [Fact]
    public void The_events_of_a_turn_come_in_the_order_of_the_protocol()
    {
        using var stage = new Stage(1, ScriptedModels.Create(new ScriptedRecognizer("what time is it"), new ScriptedChat(_ => "It is noon.")));
        var caller = Converse(stage, out _);
        string[] expected =
        [
            "session.created", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            "conversation.item.added", "conversation.item.done", "response.created", "rate_limits.updated", "response.output_item.added",
            "conversation.item.added", "response.content_part.added", "output_audio_buffer.started", "response.output_audio_transcript.delta",
            "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
            "conversation.item.done", "response.done", "output_audio_buffer.stopped",
        ];
        Assert.Equal(expected, caller.Events.Select(e => e.Type));
    }

    [Fact]
    public void The_recogniser_hears_the_utterance_from_before_its_first_sound()
    {
        var recognizer = new ScriptedRecognizer("what time is it");
        using var stage = new Stage(2, ScriptedModels.Create(recognizer, new ScriptedChat(_ => "It is noon.")));
        Converse(stage, out var said);
        var heard = Assert.Single(recognizer.Utterances);
        Assert.InRange(heard.Length / 16_000.0, said.Length / 24_000.0, (said.Length / 24_000.0) + 1);
        // 300 ms of padding lie before the first sound.
        Assert.InRange(Array.FindIndex(heard, sample => Math.Abs((int)sample) > 1000) / 16_000.0, 0.2, 0.6);
    }

    [Fact]
    public void The_reply_begins_within_a_frame_and_ends_with_its_last_sample()
    {
        var voice = new ToneSynthesizer();
        using var stage = new Stage(3, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "It is noon."), voice));
        var caller = Converse(stage, out _);
        var played = caller.Last("output_audio_buffer.stopped").At - caller.Last("output_audio_buffer.started").At;
        Assert.InRange((played - TimeSpan.FromSeconds(voice.Said.Count / 24_000.0)).TotalMilliseconds, -20, 20);
        Assert.Equal(caller.Last("input_audio_buffer.speech_stopped").At, caller.Last("output_audio_buffer.started").At);
        Assert.InRange(Hearing.Correlation(caller.Heard, voice.Said, TimeSpan.FromSeconds(1)), 0.95, 1);
    }

    private static SimulatedCaller Converse(Stage stage, out short[] said)
    {
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        stage.RunFor(TimeSpan.FromSeconds(1));
        caller.Machine.Say(said = Voice.Say("What time is it?"));
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "the end of the reply");
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        return caller;
    }
}
