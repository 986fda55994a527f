using Parley.Audio;
using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>Audio that travels inside the events: the client plays it, and tells what was heard.</summary>
public sealed class EventsAudioTests
{
    private const string Story = "once upon a time there was a fox who lived in the wood";

    private static readonly RealtimeSessionConfig Config = TestCall.Config with { AudioPath = AudioPath.Events };

    private static TestCall Told(double speed = 10, RealtimeSessionConfig? config = null)
    {
        var call = new TestCall(config ?? Config);
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story, speed: speed));
        call.Replies.Add(ScriptedReply.Says("All right"));
        return call.Run(4);
    }

    private static byte[] Audio(TestCall call) =>
        [.. call.Events.Where(received => received.Type == "response.output_audio.delta").SelectMany(received => received.Get("delta").GetBytesFromBase64())];

    [Fact]
    public void A_voice_turn_has_its_audio_in_the_events_and_no_output_audio_buffer()
    {
        var call = new TestCall(Config);
        call.User.Says("what time is it", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("It is noon"));
        call.Run(6);
        Assert.Equal(
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
                "response.output_audio_transcript.delta",
                "response.output_audio.delta",
                "response.output_audio_transcript.delta",
                "response.output_audio.delta",
                "response.output_audio_transcript.delta",
                "response.output_audio.delta",
                "response.output_audio.done",
                "response.output_audio_transcript.done",
                "response.content_part.done",
                "response.output_item.done",
                "conversation.item.done",
                "response.done",
            ],
            call.Types);
        var delta = call.Events.First(received => received.Type == "response.output_audio.delta");
        Assert.Equal(call.Single("response.created")["response.id"], delta["response_id"]);
        Assert.Equal(call.Single("response.output_item.added")["item.id"], delta["item_id"]);
        Assert.Equal(("0", "0"), (delta["output_index"], delta["content_index"]));
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "response.output_audio.delta")]
    public void Audio_is_little_endian_pcm_and_comes_as_soon_as_the_models_bring_it()
    {
        var call = new TestCall(Config);
        call.Send("""{"type":"response.create"}""");
        call.Reply(call.Requests.Single().ResponseId, new ReplyAudio(new short[] { 1, -2, 0x1234 }));
        Assert.Equal([1, 0, 0xFE, 0xFF, 0x34, 0x12], Audio(call));
    }

    [Theory]
    [InlineData("audio/pcmu", 0xFF)]
    [InlineData("audio/pcma", 0xD5)]
    [Shows(ApiPart.SessionField, "audio.output.format")]
    public void The_formats_of_telephony_have_a_byte_for_three_samples(string format, int silence)
    {
        var call = new TestCall(Config with { Settings = SessionSettings.Default with { OutputFormat = new AudioFormat(format, null) } });
        call.Send("""{"type":"response.create"}""");
        var id = call.Requests.Single().ResponseId;
        for (var i = 0; i < 50; i++) call.Reply(id, new ReplyAudio(Tone(i * 480)));
        call.Reply(id, new ReplyCompleted(default));
        var audio = Audio(call);
        Assert.InRange(audio.Length, 8000, 8060);
        Assert.True(audio.Count(code => code == silence) < 400);
        var samples = format == "audio/pcmu" ? audio.Select(MuLaw.Decode) : audio.Select(ALaw.Decode);
        Assert.InRange(samples.Max(), 9_000, 11_000);
        // The client truncates at the end of what it got.
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{call.Single("response.output_item.done")["item.id"]}}","content_index":0,"audio_end_ms":{{audio.Length / 8}}}""");
        Assert.Equal("conversation.item.truncated", call.Types.Last());
    }

    [Fact]
    [Shows(ApiPart.ResponseField, "audio.output.format")]
    public void A_response_may_have_a_format_of_its_own()
    {
        var call = new TestCall(Config);
        call.Send("""{"type":"response.create","response":{"audio":{"output":{"format":{"type":"audio/pcmu"}}}}}""");
        call.Reply(call.Requests.Single().ResponseId, new ReplyAudio(Tone(0)));
        Assert.Equal(160, Audio(call).Length);
    }

    private static short[] Tone(int from) => [.. Enumerable.Range(from, 480).Select(i => (short)(10_000 * Math.Sin(2 * Math.PI * 440 * i / 24_000)))];

    [Fact]
    public void Long_audio_is_told_in_events_of_at_most_a_second()
    {
        var call = new TestCall(Config);
        call.Send("""{"type":"response.create"}""");
        call.Reply(call.Requests.Single().ResponseId, new ReplyAudio(new short[60_000]));
        Assert.Equal([48_000, 48_000, 24_000], call.Events.Where(received => received.Type == "response.output_audio.delta")
            .Select(received => received.Get("delta").GetBytesFromBase64().Length));
    }

    [Fact]
    public void Over_the_media_path_no_event_holds_audio()
    {
        var call = Told(config: TestCall.Config);
        Assert.DoesNotContain("response.output_audio.delta", call.Types);
    }

    [Fact]
    public void The_text_does_not_wait_for_anything_to_be_played()
    {
        var call = new TestCall(Config);
        call.Send("""{"type":"response.create"}""");
        call.Reply(call.Requests.Single().ResponseId, new ReplyText("Well"));
        Assert.Equal("Well", call.Single("response.output_audio_transcript.delta")["delta"]);
    }

    [Fact]
    public void Speaking_over_a_reply_in_the_making_cancels_it_and_truncates_nothing()
    {
        var call = Told(speed: 0.9);
        call.User.Says("stop", from: 4.2, to: 4.8);
        call.Run(4.6);
        var done = call.Single("response.done");
        Assert.Equal(("cancelled", "turn_detected"), (done["response.status"], done["response.status_details.reason"]));
        Assert.Single(call.Commands, entry => entry.Command is CancelReply);
        Assert.DoesNotContain(call.Commands, entry => entry.Command is ClearPlayout);
        Assert.DoesNotContain("conversation.item.truncated", call.Types);
    }

    [Fact]
    [Shows(ApiPart.ClientEvent, "conversation.item.truncate")]
    [Shows(ApiPart.ServerEvent, "conversation.item.truncated")]
    public void The_client_says_how_much_was_heard_and_the_item_keeps_those_words()
    {
        var call = Told();
        var item = call.Single("response.output_item.done")["item.id"];
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":1330}""");
        Assert.Equal("1330", call.Single("conversation.item.truncated")["audio_end_ms"]);
        call.Send("""{"type":"response.create"}""");
        Assert.Equal("once upon a time", call.Requests.Last().History.OfType<MessageItem>().Last().Text);
    }

    [Fact]
    public void A_client_may_truncate_before_it_cancels()
    {
        var call = Told(speed: 0.9);
        var item = call.Single("response.output_item.added")["item.id"];
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":700}""");
        Assert.DoesNotContain("error", call.Types);
        call.Send("""{"type":"response.cancel"}""");
        Assert.Equal(["response.done", "conversation.item.truncated"], call.Types.TakeLast(2));
        call.Send("""{"type":"response.create"}""");
        Assert.Equal("once upon", call.Requests.Last().History.OfType<MessageItem>().Last().Text);
    }

    [Fact]
    public void More_than_there_is_audio_cannot_have_been_heard()
    {
        var call = Told();
        var item = call.Single("response.output_item.done")["item.id"];
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":3900}""");
        Assert.DoesNotContain("error", call.Types);
        Assert.Equal("3900", call.Single("conversation.item.truncated")["audio_end_ms"]);
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":3901}""");
        Assert.Equal(("invalid_value", "audio_end_ms"), (call.Single("error")["error.code"], call.Single("error")["error.param"]));
    }

    [Fact]
    public void The_client_cancels_a_response_by_response_cancel()
    {
        var call = Told(speed: 0.9);
        call.Send("""{"type":"response.cancel"}""");
        Assert.Equal("client_cancelled", call.Single("response.done")["response.status_details.reason"]);
        Assert.Equal("response.done", call.Types.Last());
    }

    [Fact]
    public void The_output_audio_buffer_is_the_clients_so_clearing_it_here_is_an_error()
    {
        var call = new TestCall(Config);
        call.Send("""{"type":"output_audio_buffer.clear"}""");
        Assert.Equal(("unsupported_event", "type"), (call.Single("error")["error.code"], call.Single("error")["error.param"]));
    }

    [Fact]
    public void The_idle_time_counts_from_when_the_client_will_have_played_all()
    {
        var call = Told(config: Config with
        {
            Settings = SessionSettings.Default with { TurnDetection = TurnDetectionSettings.ServerVad with { IdleTimeout = TimeSpan.FromSeconds(5) } },
        });
        call.Run(14);
        var began = call.Events.First(received => received.Type == "response.output_audio.delta").At;
        var storyAndPatience = TimeSpan.FromSeconds(3.9 + 5);
        Assert.Equal((began + storyAndPatience).TotalMilliseconds, call.Single("input_audio_buffer.timeout_triggered").At.TotalMilliseconds, 20.0);
    }

    [Fact]
    public void The_idle_time_counts_from_when_the_client_said_that_it_stopped_playing()
    {
        var call = Told(config: Config with
        {
            Settings = SessionSettings.Default with { TurnDetection = TurnDetectionSettings.ServerVad with { IdleTimeout = TimeSpan.FromSeconds(5) } },
        });
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{call.Single("response.output_item.done")["item.id"]}}","content_index":0,"audio_end_ms":1000}""");
        call.Run(14);
        Assert.Equal(9_000, call.Events.First(received => received.Type == "input_audio_buffer.timeout_triggered").At.TotalMilliseconds, 50.0);
    }
}
