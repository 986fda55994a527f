using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

public sealed class TranscriptTests
{
    private static readonly RealtimeSessionConfig Transcribing = TestCall.Config with
    {
        Settings = SessionSettings.Default with { Transcription = new TranscriptionSettings("m", "en", "names") },
    };

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.transcription.language", "audio.input.transcription.prompt")]
    public void The_recogniser_is_told_language_and_prompt()
    {
        var call = new TestCall(Transcribing);
        call.User.Says("hello", from: 1, to: 2);
        call.Run(3);
        var begin = call.Commands.Select(entry => entry.Command).OfType<BeginUtterance>().Single();
        Assert.Equal(("en", "names", 0.7), (begin.Language, begin.Prompt, begin.From.TotalSeconds));
    }

    [Fact]
    public void Words_that_are_stable_are_told_after_the_commit_and_the_rest_at_the_end()
    {
        var call = new TestCall(Transcribing) { Recognize = _ => null };
        call.User.Says("what time is it", from: 1, to: 2);
        call.Run(2);
        var id = call.Single("input_audio_buffer.speech_started")["item_id"];
        call.Session.HandleTranscript(id, new TranscriptHypothesis("what dime", 5), call.Now);
        call.Run(2.6);
        call.Session.HandleTranscript(id, new TranscriptHypothesis("what time is", 9), call.Now);
        call.Session.HandleTranscript(id, new TranscriptFinal("what time is it"), call.Now);
        call.Run(2.7);
        Assert.Equal(["what ", "time", " is it"], call.Events.Where(received => received.Type.EndsWith("transcription.delta", StringComparison.Ordinal)).Select(received => received["delta"]));
        var completed = call.Single("conversation.item.input_audio_transcription.completed");
        Assert.Equal(("what time is it", id, "0", "2"), (completed["transcript"], completed["item_id"], completed["content_index"], completed["usage.seconds"]));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "include")]
    public void Log_probabilities_come_when_the_client_asks_and_the_recogniser_has_them()
    {
        var call = new TestCall(Transcribing) { Recognize = _ => null };
        call.Send("""{"type":"session.update","session":{"include":["item.input_audio_transcription.logprobs"]}}""");
        call.User.Says("hi there", from: 1, to: 2);
        call.Run(2.6);
        Assert.True(call.Commands.Select(entry => entry.Command).OfType<BeginUtterance>().Single().WantsLogprobs);
        var id = call.Single("input_audio_buffer.committed")["item_id"];
        TokenLogprob[] tokens = [new("hi", -0.25), new(" there", double.NegativeInfinity)];
        call.Session.HandleTranscript(id, new TranscriptHypothesis("hi the", 2) { Logprobs = tokens[..1] }, call.Now);
        call.Session.HandleTranscript(id, new TranscriptFinal("hi there") { Logprobs = tokens }, call.Now);
        call.Settle();
        Assert.Equal(
            ["""[{"token":"hi","logprob":-0.25,"bytes":[104,105]}]""", """[{"token":" there","logprob":-9999,"bytes":[32,116,104,101,114,101]}]"""],
            call.Events.Where(received => received.Type.EndsWith("transcription.delta", StringComparison.Ordinal)).Select(received => received["logprobs"]));
        Assert.Equal("2", call.Single("conversation.item.input_audio_transcription.completed").Get("logprobs").GetArrayLength().ToString(null as IFormatProvider));
    }

    [Fact]
    public void Log_probabilities_that_nobody_asked_for_are_kept_back()
    {
        var call = new TestCall(Transcribing) { Recognize = text => new TranscriptFinal(text) { Logprobs = [new("hello", -1)] } };
        call.User.Says("hello", from: 1, to: 2);
        call.Run(3);
        Assert.All(call.Events.Where(received => received.Type.Contains("transcription", StringComparison.Ordinal)),
            received => Assert.False(received.Json.TryGetProperty("logprobs", out _)));
    }

    [Fact]
    public void Languages_and_the_tokens_that_it_cost_are_told_where_the_recogniser_says_them()
    {
        var call = new TestCall(Transcribing)
        {
            Recognize = text => new TranscriptFinal(text) { Languages = ["en", "de"], Usage = new TranscriptUsage(4, 10, 5) },
        };
        call.User.Says("hello", from: 1, to: 2);
        call.Run(3);
        var completed = call.Single("conversation.item.input_audio_transcription.completed");
        Assert.Equal("""[{"code":"en"},{"code":"de"}]""", completed["languages"]);
        Assert.Equal("""{"type":"tokens","total_tokens":19,"input_tokens":14,"output_tokens":5,"input_token_details":{"text_tokens":4,"audio_tokens":10}}""", completed["usage"]);
    }

    [Fact]
    public void Transcripts_may_come_after_later_turns_and_the_items_stand_in_the_order_of_speech()
    {
        var call = new TestCall(Transcribing) { Recognize = _ => null };
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"create_response":false}}}}}""");
        call.User.Says("one", from: 1, to: 2).Says("two", from: 3, to: 4);
        call.Run(5);
        var ids = call.Events.Where(received => received.Type == "input_audio_buffer.committed").Select(received => received["item_id"]).ToArray();
        Assert.Equal(["null", ids[0]], call.Events.Where(received => received.Type == "input_audio_buffer.committed").Select(received => received["previous_item_id"]));
        call.Session.HandleTranscript(ids[1], new TranscriptFinal("two"), call.Now);
        call.Session.HandleTranscript(ids[0], new TranscriptFinal("one"), call.Now);
        call.Settle();
        Assert.Equal([ids[1], ids[0]], call.Events.Where(received => received.Type.EndsWith("transcription.completed", StringComparison.Ordinal)).Select(received => received["item_id"]));
        call.Send("""{"type":"response.create"}""");
        Assert.Equal(["one", "two"], call.Requests.Single().History.Cast<MessageItem>().Select(item => item.Text));
    }

    [Fact]
    public void A_transcript_shows_in_the_item_once_it_is_known()
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 2);
        call.Run(3);
        Assert.Equal("null", call.Events.First(received => received.Type == "conversation.item.added")["item.content.0.transcript"]);
        call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{call.Single("input_audio_buffer.committed")["item_id"]}}"}""");
        Assert.Equal("hello", call.Single("conversation.item.retrieved")["item.content.0.transcript"]);
        Assert.Equal("input_audio", call.Single("conversation.item.retrieved")["item.content.0.type"]);
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "conversation.item.input_audio_transcription.failed")]
    public void A_recogniser_that_fails_fails_the_reply_that_says_why_and_the_call_lives()
    {
        var failing = true;
        var call = new TestCall(Transcribing)
        {
            Recognize = text => failing ? new TranscriptFailed("connection_refused", "No recogniser at that address.") : new TranscriptFinal(text),
        };
        call.User.Says("hello", from: 1, to: 2).Says("again", from: 4, to: 5);
        call.Run(3);
        Assert.Equal("connection_refused", call.Single("conversation.item.input_audio_transcription.failed")["error.code"]);
        Assert.Equal("failed", call.Single("response.done")["response.status"]);
        Assert.Equal("No recogniser at that address.", call.Single("error")["error.message"]);
        Assert.Empty(call.Requests);

        failing = false;
        call.Run(6);
        Assert.Equal("again", ((MessageItem)call.Requests.Single().History[^1]).Text);
    }

    [Fact]
    public void A_recogniser_that_failed_in_the_middle_of_the_turn_is_reported_after_its_item()
    {
        var call = new TestCall(Transcribing);
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        call.Session.HandleTranscript(call.Single("input_audio_buffer.speech_started")["item_id"], new TranscriptFailed("x", "y"), call.Now);
        call.Run(3);
        Assert.Equal(
            ["conversation.item.done", "conversation.item.input_audio_transcription.failed", "response.created", "rate_limits.updated", "response.done", "error"],
            call.Types.SkipWhile(type => type != "conversation.item.done"));
    }

    [Fact]
    public void A_recogniser_that_never_answers_fails_the_reply_after_ten_seconds()
    {
        var call = new TestCall { Recognize = _ => null };
        call.User.Says("hello", from: 1, to: 2);
        call.Run(12);
        Assert.DoesNotContain("response.done", call.Types);
        var waiting = call.Single("response.created")["response.id"];
        Assert.False(call.Session.HandleReply(waiting, new ReplyText("nobody asked the models yet"), call.Now));
        call.Run(13);
        var done = call.Single("response.done");
        Assert.Equal(12_500, done.At.TotalMilliseconds, 10.0);
        Assert.Equal("transcription_timeout", done["response.status_details.error.code"]);
        Assert.Single(call.Commands, entry => entry.Command is DiscardUtterance);
        var before = call.Events.Count;
        call.Session.HandleTranscript(call.Single("input_audio_buffer.committed")["item_id"], new TranscriptFinal("late"), call.Now);
        call.Settle();
        Assert.Equal(before, call.Events.Count);
        Assert.Equal(1, call.Session.Anomalies[SessionAnomaly.StaleTranscript]);
    }

    [Fact]
    public void Deleting_the_item_that_a_reply_waits_for_lets_it_start()
    {
        var call = new TestCall { Recognize = _ => null };
        call.User.Says("hello", from: 1, to: 2);
        call.Run(3);
        call.Send($$"""{"type":"conversation.item.delete","item_id":"{{call.Single("input_audio_buffer.committed")["item_id"]}}"}""");
        Assert.Empty(call.Requests.Single().History);
        Assert.Single(call.Commands, entry => entry.Command is DiscardUtterance);
    }

    [Fact]
    public void A_cough_makes_no_item()
    {
        var call = new TestCall();
        call.User.MakesNoise(1, 1.1);
        call.Run(3);
        Assert.Equal(["session.created", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.cleared"], call.Types);
        Assert.IsType<DiscardUtterance>(call.Commands[^1].Command);
    }

    [Fact]
    public void A_muted_track_ends_the_turn()
    {
        var call = new TestCall();
        call.User.Says("hello and", from: 1, to: 9);
        call.Run(2);
        call.Run(4, audio: false);
        Assert.Contains("input_audio_buffer.committed", call.Types);
        Assert.Equal("2000", call.Single("input_audio_buffer.speech_stopped")["audio_end_ms"]);
    }
}
