using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>The order of events that clients of the Realtime API rely on in a voice turn over WebRTC.</summary>
public sealed class VoiceTurnOrderTests
{
    private static readonly string[] Turn =
    [
        "session.created",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "output_audio_buffer.started",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
        "output_audio_buffer.stopped",
    ];

    [Fact]
    [Shows(ApiPart.ServerEvent, "response.created", "response.done", "response.output_item.added", "response.output_item.done", "response.content_part.added", "response.content_part.done")]
    [Shows(ApiPart.ServerEvent, "response.output_audio_transcript.delta", "response.output_audio_transcript.done", "response.output_audio.done", "output_audio_buffer.started", "output_audio_buffer.stopped")]
    public void A_voice_turn_has_its_events_in_order()
    {
        var call = new TestCall();
        call.User.Says("what time is it", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("It is noon"));
        call.Run(6);

        Assert.Equal(Turn, call.Types);
        Assert.Equal("It is noon", call.Single("response.output_audio_transcript.done")["transcript"]);
        Assert.Equal("completed", call.Single("response.done")["response.status"]);
        Assert.Equal("It is noon", call.Single("response.done")["response.output.0.content.0.transcript"]);
        Assert.Equal("66", call.Single("response.done")["response.usage.total_tokens"]);
    }

    [Fact]
    public void Transcription_of_the_user_lands_after_the_commit_when_it_is_asked_for()
    {
        var call = new TestCall(TestCall.Config with
        {
            Settings = SessionSettings.Default with { Transcription = new TranscriptionSettings(null, null, null) },
        });
        call.User.Says("what time is it", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("It is noon"));
        call.Run(6);

        var expected = Turn.ToList();
        expected.InsertRange(8, ["conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed"]);
        Assert.Equal(expected, call.Types);
    }

    [Fact]
    public void Times_are_positions_in_the_input_audio_and_ids_join_the_events()
    {
        var call = new TestCall();
        call.User.Says("what time is it", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("It is noon"));
        call.Run(6);

        Assert.Equal("700", call.Single("input_audio_buffer.speech_started")["audio_start_ms"]);
        Assert.Equal("2500", call.Single("input_audio_buffer.speech_stopped")["audio_end_ms"]);
        var userItem = call.Single("input_audio_buffer.speech_started")["item_id"];
        Assert.StartsWith("item_", userItem, StringComparison.Ordinal);
        Assert.Equal(userItem, call.Single("input_audio_buffer.committed")["item_id"]);
        Assert.Equal("null", call.Single("input_audio_buffer.committed")["previous_item_id"]);
        Assert.Equal(userItem, call.Events[4]["item.id"]);
        Assert.Equal(userItem, call.Events[9]["previous_item_id"]);
        Assert.Equal("in_progress", call.Events[9]["item.status"]);
        var response = call.Single("response.created")["response.id"];
        Assert.All(["output_audio_buffer.started", "output_audio_buffer.stopped", "response.content_part.added"],
            type => Assert.Equal(response, call.Single(type)["response_id"]));
        Assert.Equal(call.Events.Count, call.Events.Select(received => received["event_id"]).Distinct().Count());
    }

    [Fact]
    public void The_reply_starts_only_when_the_transcript_is_there_and_sees_it()
    {
        var call = new TestCall { RecognitionDelay = TimeSpan.FromMilliseconds(700) };
        call.User.Says("what time is it", from: 1, to: 2);
        call.Run(6);
        var (at, command) = call.Commands.Single(entry => entry.Command is StartReply);
        Assert.Equal(3200, at.TotalMilliseconds, 10.0);
        Assert.Equal("what time is it", ((Conversation.MessageItem)((StartReply)command).Request.History[0]).Text);
    }

    [Fact]
    public void The_same_seed_gives_the_same_events()
    {
        static List<string> Record()
        {
            var call = new TestCall();
            call.User.Says("what time is it", from: 1, to: 2).Says("stop", from: 3.2, to: 3.8);
            call.Replies.Add(ScriptedReply.Says("It is noon and the sun is high"));
            call.Run(8);
            return [.. call.Events.Select(received => $"{received.At} {received.Json.GetRawText()}")];
        }

        Assert.Equal(Record(), Record());
    }
}
