using Parley.Net.Impairment;
using Parley.Simulation;
using Parley.Transceiver.Caller;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Caller;

/// <summary>A caller that speaks by a script, against the whole server on virtual time.</summary>
public sealed class DialogueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public void Each_turn_is_said_when_the_answer_before_it_is_over_and_the_call_then_ends()
    {
        using var stage = Talkative(1, out _);
        var caller = Call(stage, [Spoken("What time is it?"), Spoken("Count to ten.")]);
        Finish(stage, caller);
        Assert.Null(caller.Dialogue!.Error);
        Assert.Equal(["What time is it?", "Count to ten."], caller.Dialogue.Turns.Select(turn => turn.Label));
        Assert.All(caller.Dialogue.Turns, turn => Assert.InRange(turn.AnswerLength!.Value.TotalSeconds, 0.5, 5));
        var order = caller.Events.Select(e => e.Type).Where(type => type is "input_audio_buffer.speech_started" or "output_audio_buffer.stopped");
        Assert.Equal(["input_audio_buffer.speech_started", "output_audio_buffer.stopped", "input_audio_buffer.speech_started", "output_audio_buffer.stopped"], order);
        Assert.Equal("It is noon.", caller.Dialogue.Turns[0].Answer);
        Assert.True(caller.Dialogue.ConnectedAt <= caller.Dialogue.SessionAt && caller.Dialogue.SessionAt < caller.Dialogue.FirstSoundAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    public void The_latency_is_from_the_last_sound_said_to_the_first_sound_heard(int delay)
    {
        using var stage = Talkative(2, out _);
        var question = Spoken("What time is it?");
        var caller = Call(stage, [question], new LinkConditions { Delay = TimeSpan.FromMilliseconds(delay) });
        Finish(stage, caller);
        var firstHeard = caller.Heard.FindIndex(sample => Math.Abs((int)sample) > VoiceCaller.AudibleLevel);
        var block = caller.HeardAt.Last(each => each.Index <= firstHeard);
        var heardAt = block.At + TimeSpan.FromSeconds((firstHeard - block.Index) / 24_000.0);
        // The server ends the turn so long after the last sound has reached it; the answer travels back and waits in the ear.
        var turn = Assert.Single(caller.Dialogue!.Turns);
        var decided = caller.Last("output_audio_buffer.started").At - TimeSpan.FromMilliseconds(delay);
        Assert.Equal((heardAt - caller.Machine.SpokeUntil).TotalMilliseconds, turn.Latency!.Value.TotalMilliseconds, 1.0);
        Assert.InRange((heardAt - decided).TotalMilliseconds, delay, delay + 100);
        Assert.InRange(turn.Latency.Value.TotalMilliseconds, 300 + 2 * delay, 1200 + 2 * delay);
    }

    [Fact]
    public void A_typed_turn_is_answered_by_voice_and_may_end_with_the_first_sound()
    {
        using var stage = Talkative(3, out var chat);
        var caller = Call(stage, [new TypedTurn("say \"it\"\n")], config: c => c with { EndsAtFirstSound = true });
        Finish(stage, caller);
        Assert.Equal("say \"it\"\n", Assert.Single(chat));
        Assert.Null(caller.Dialogue!.Error);
        Assert.False(caller.Has("output_audio_buffer.stopped"));
        Assert.NotNull(Assert.Single(caller.Dialogue.Turns).Latency);
    }

    [Fact]
    public void An_echo_overlaps_its_turn_and_silence_ends_it()
    {
        using var stage = new Stage(4, models: null);
        var caller = Call(stage, [Spoken("What time is it?"), Spoken("Count to ten.")]);
        Finish(stage, caller);
        Assert.Null(caller.Dialogue!.Error);
        Assert.Equal(2, caller.Dialogue.Turns.Count);
        Assert.All(caller.Dialogue.Turns, turn => Assert.True(turn is { IsOverlapped: true, Latency: null }));
    }

    [Fact]
    public void A_turn_that_nobody_answers_is_named_after_the_time_to_wait()
    {
        using var stage = new Stage(5, ScriptedModels.Create(new ScriptedRecognizer(""), new ScriptedChat(_ => "")));
        var caller = Call(stage, [Spoken("What time is it?")], config: c => c with { AnswerTimeout = TimeSpan.FromSeconds(8) });
        Finish(stage, caller);
        Assert.Equal("Turn 1 was not answered within 8 s.", caller.Dialogue!.Error);
        Assert.InRange((stage.Clock.Now - caller.Machine.SpokeUntil).TotalSeconds, 8, 8.2);
        Assert.Null(Assert.Single(caller.Dialogue.Turns).Latency);
    }

    [Fact]
    public void With_a_time_to_listen_the_call_ends_then_answered_or_not()
    {
        using var stage = new Stage(6, ScriptedModels.Create(new ScriptedRecognizer(""), new ScriptedChat(_ => "")));
        var caller = Call(stage, [Spoken("What time is it?")], config: c => c with { ListenAfter = TimeSpan.FromSeconds(20) });
        Finish(stage, caller);
        Assert.Null(caller.Dialogue!.Error);
        Assert.InRange((stage.Clock.Now - caller.Machine.SpokeUntil).TotalSeconds, 20, 20.2);
    }

    [Fact]
    public void A_server_that_vanishes_ends_the_dialogue_with_its_reason()
    {
        using var stage = Talkative(7, out _);
        var caller = Call(stage, [Spoken("What time is it?")], config: c => c with { AnswerTimeout = Long * 2 });
        stage.RunUntil(() => caller.Has("session.created"), Long, "the session");
        caller.ToServer!.Conditions = new LinkConditions { IsCut = true };
        stage.Server.Links[caller.Address].Conditions = new LinkConditions { IsCut = true };
        Finish(stage, caller);
        Assert.Equal("The connection ended: ConsentExpired.", caller.Dialogue!.Error);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"message":"no such thing"}}""", "no such thing")]
    [InlineData("""{"type":"error"}""", "The server reported an error.")]
    [InlineData("""{"type":"response.done","response":{"status":"failed","status_details":{"error":{"message":"busy"}}}}""", "busy")]
    [InlineData("""{"type":"response.done","response":{"status":"failed","status_details":7}}""", "The reply failed.")]
    [InlineData("""{"type":"response.done","response":{"status":"completed"}}""", null)]
    [InlineData("""{"type":7}""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("""{"type":"error" """, null)]
    [InlineData("hello", null)]
    [InlineData("", null)]
    public void A_message_that_says_what_failed_ends_the_dialogue_and_no_other_does(string message, string? error)
    {
        using var stage = Talkative(8, out _);
        var caller = Call(stage, [Spoken("What time is it?")]);
        caller.Dialogue!.HandleEvent(System.Text.Encoding.UTF8.GetBytes(message), stage.Clock.Now);
        Assert.Equal(error, caller.Dialogue.Error);
        Assert.Equal(error is not null, caller.Dialogue.IsOver);
    }

    [Fact]
    public void Random_messages_are_passed_over()
    {
        using var stage = Talkative(9, out _);
        var caller = Call(stage, [Spoken("What time is it?")]);
        var random = new SeededRandom(9);
        var good = """{"type":"response.done","response":{"status":"completed","status_details":{"error":{"message":"x"}}}}"""u8.ToArray();
        for (var i = 0; i < 5000; i++)
        {
            var message = (byte[])good.Clone();
            for (var j = 0; j < 3; j++) message[random.NextInt(message.Length)] = (byte)random.NextInt(256);
            caller.Dialogue!.HandleEvent(message.AsSpan(0, random.NextInt(message.Length + 1)), stage.Clock.Now);
        }
        Assert.Null(caller.Dialogue!.Error);
    }

    [Fact]
    public void A_bad_network_delays_the_answer_and_loses_none_of_it()
    {
        using var stage = Talkative(10, out _);
        var caller = Call(stage, [Spoken("What time is it?"), Spoken("Count to ten.")], Scene.BadNetwork);
        Finish(stage, caller);
        Assert.Null(caller.Dialogue!.Error);
        Assert.All(caller.Dialogue.Turns, turn => Assert.InRange(turn.Latency!.Value.TotalMilliseconds, 460, 2500));
        var playout = caller.Machine.PlayoutAt(stage.Clock.Now);
        Assert.InRange(playout.ConcealmentRatio, 0, 0.12);
        Assert.InRange(playout.TargetDelay.TotalMilliseconds, 25, 150);
    }

    private static Stage Talkative(ulong seed, out List<string> asked)
    {
        var lines = asked = [];
        return new Stage(seed, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(line =>
        {
            lines.Add(line);
            return "It is noon.";
        })));
    }

    private static SpokenTurn Spoken(string text) => new(text, Voice.Say(text));

    private static SimulatedCaller Call(
        Stage stage, IReadOnlyList<CallerTurn> turns, LinkConditions? conditions = null, Func<DialogueConfig, DialogueConfig>? config = null)
    {
        var caller = stage.Call(conditions);
        var dialogue = new DialogueConfig { Turns = turns };
        caller.Dialogue = new Dialogue(caller.Machine, config?.Invoke(dialogue) ?? dialogue);
        return caller;
    }

    private static void Finish(Stage stage, SimulatedCaller caller) =>
        stage.RunUntil(() => caller.Dialogue!.IsOver, Long * 2, "the end of the dialogue");
}
