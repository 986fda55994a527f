using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

public sealed class InterruptionTests
{
    private const string Story = "once upon a time there was a fox who lived in the wood";

    private static TestCall Interrupted(double wordSeconds = 0.3, double speed = 10, SessionSettings? settings = null)
    {
        var call = new TestCall(TestCall.Config with { Settings = settings ?? SessionSettings.Default });
        call.User.Says("tell me a story", from: 1, to: 2).Says("stop", from: 4, to: 4.6);
        call.Replies.Add(ScriptedReply.Says(Story, wordSeconds, speed));
        call.Replies.Add(ScriptedReply.Says("All right"));
        return call.Run(8);
    }

    private static string[] AfterSpeechStarted(TestCall call, int count)
    {
        var start = call.Events.FindLastIndex(received => received.Type == "input_audio_buffer.speech_started");
        return [.. call.Types.Skip(start).Take(count)];
    }

    [Fact]
    public void Speaking_over_a_reply_that_is_still_being_made_cancels_it_and_keeps_what_was_heard()
    {
        var call = Interrupted(speed: 1.05);
        Assert.Equal(
            [
                "input_audio_buffer.speech_started", "response.output_audio.done", "response.output_audio_transcript.done",
                "response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done",
                "output_audio_buffer.cleared", "conversation.item.truncated", "input_audio_buffer.speech_stopped",
            ],
            AfterSpeechStarted(call, 10));
        var done = call.Events.First(received => received.Type == "response.done");
        Assert.Equal("cancelled", done["response.status"]);
        Assert.Equal("turn_detected", done["response.status_details.reason"]);
        Assert.Equal("incomplete", done["response.output.0.status"]);
        AssertHeard(call);
    }

    [Fact]
    public void Speaking_over_a_reply_that_is_made_but_not_yet_heard_to_its_end_truncates_it()
    {
        var call = Interrupted();
        Assert.Equal(
            ["input_audio_buffer.speech_started", "output_audio_buffer.cleared", "conversation.item.truncated", "input_audio_buffer.speech_stopped"],
            AfterSpeechStarted(call, 4));
        Assert.Equal("completed", call.Events.First(received => received.Type == "response.done")["response.status"]);
        AssertHeard(call);
    }

    /// <summary>The story began at 2.8 s and was cut 140 ms into the word at 4.0 s: 1.33 s, four words of 0.3 s.</summary>
    private static void AssertHeard(TestCall call)
    {
        var truncated = call.Single("conversation.item.truncated");
        Assert.InRange(int.Parse(truncated["audio_end_ms"], null), 1300, 1350);
        var history = call.Requests.Last().History;
        Assert.Equal(["tell me a story", "once upon a time", "stop"], history.Cast<MessageItem>().Select(item => item.Text));
        call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{truncated["item_id"]}}"}""");
        Assert.Equal("once upon a time", call.Single("conversation.item.retrieved")["item.content.0.transcript"]);
    }

    [Fact]
    public void Silence_is_commanded_in_the_same_step_as_the_decision()
    {
        var call = Interrupted(speed: 1.05);
        var id = call.Requests.First().ResponseId;
        var (cancelledAt, _) = call.Commands.Single(entry => entry.Command is CancelReply cancel && cancel.ResponseId == id);
        var (clearedAt, _) = call.Commands.Single(entry => entry.Command is ClearPlayout clear && clear.ResponseId == id);
        Assert.Equal(4140, cancelledAt.TotalMilliseconds, 0.1);
        Assert.Equal(cancelledAt, clearedAt);
    }

    [Fact]
    public void What_a_cancelled_model_still_brings_is_ignored_and_counted()
    {
        var call = Interrupted(speed: 1.05);
        Assert.True(call.Session.Anomalies[SessionAnomaly.StaleReply] > 0);
        var id = call.Requests.First().ResponseId;
        var before = call.Events.Count;
        Assert.False(call.Session.HandleReply(id, new ReplyAudio(new short[480]), call.Now));
        call.Playout(id, PlayoutUpdate.Progress(TimeSpan.FromSeconds(9)));
        call.Playout("resp_unknown", PlayoutUpdate.Started);
        Assert.Equal(before, call.Events.Count);
        Assert.Equal(2, call.Session.Anomalies[SessionAnomaly.StalePlayout]);
    }

    [Fact]
    public void A_reply_that_was_cancelled_before_its_first_sound_leaves_nothing_in_the_conversation()
    {
        var call = new TestCall { RecognitionDelay = TimeSpan.FromMilliseconds(50) };
        call.User.Says("tell me", from: 1, to: 2).Says("a story", from: 2.5, to: 3.2);
        call.Replies.Add(ScriptedReply.Says(Story));
        call.Run(3.5);
        var done = call.Single("response.done");
        Assert.Equal("cancelled", done["response.status"]);
        Assert.Equal(0, done.Get("response.output").GetArrayLength());
        Assert.DoesNotContain("output_audio_buffer.cleared", call.Types);
        call.Run(5);
        Assert.Equal(["tell me", "a story"], call.Requests.Last().History.Cast<MessageItem>().Select(item => item.Text));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection.interrupt_response")]
    public void With_interrupt_response_off_the_reply_plays_on_and_a_second_one_is_refused_while_it_is_made()
    {
        var settings = SessionSettings.Default with { TurnDetection = TurnDetectionSettings.ServerVad with { InterruptsResponse = false } };
        var call = Interrupted(wordSeconds: 0.6, speed: 1.05, settings);
        Assert.DoesNotContain("output_audio_buffer.cleared", call.Types);
        Assert.Equal(2, call.Types.Count(type => type == "input_audio_buffer.committed"));
        Assert.Equal("conversation_already_has_active_response", call.Single("error")["error.code"]);
        Assert.Single(call.Requests);
    }

    [Fact]
    [Shows(ApiPart.ClientEvent, "response.cancel", "output_audio_buffer.clear")]
    [Shows(ApiPart.ServerEvent, "output_audio_buffer.cleared")]
    public void The_client_silences_a_reply_by_cancel_and_clear()
    {
        var call = new TestCall();
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story, speed: 1.05));
        call.Run(4);
        call.Send("""{"type":"response.cancel"}""");
        Assert.Equal("client_cancelled", call.Single("response.done")["response.status_details.reason"]);
        Assert.DoesNotContain(call.Commands, entry => entry.Command is ClearPlayout);
        call.Send("""{"type":"output_audio_buffer.clear"}""");
        Assert.Equal(["output_audio_buffer.cleared", "conversation.item.truncated"], call.Types.TakeLast(2));
        Assert.Single(call.Commands, entry => entry.Command is ClearPlayout);
    }

    [Fact]
    public void Clearing_when_nothing_plays_is_no_error()
    {
        var call = new TestCall();
        call.Send("""{"type":"output_audio_buffer.clear"}""");
        Assert.Equal(["session.created"], call.Types);
    }

    [Fact]
    public void A_cancelled_reply_that_is_not_cleared_plays_what_it_had_and_keeps_that()
    {
        var call = new TestCall();
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story, speed: 3));
        call.Run(3.2);
        call.Send("""{"type":"response.cancel"}""");
        call.Run(8);
        Assert.Equal(["output_audio_buffer.stopped", "conversation.item.truncated"], call.Types.TakeLast(2));
        call.Send("""{"type":"response.create"}""");
        var kept = call.Requests.Last().History.OfType<MessageItem>().Last().Text;
        Assert.NotEmpty(kept);
        Assert.StartsWith(kept, Story, StringComparison.Ordinal);
    }
}
