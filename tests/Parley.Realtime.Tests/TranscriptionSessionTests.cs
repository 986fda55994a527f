using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>A session of the type "transcription" writes down what is said, and answers nothing.</summary>
public sealed class TranscriptionSessionTests
{
    private readonly TestCall _call = new(TestCall.Config with { Settings = SessionSettings.Default with { Kind = SessionKind.Transcription } });

    [Fact]
    public void It_shows_its_own_set_of_fields()
    {
        var session = _call.Single("session.created").Get("session");
        Assert.Equal(["type", "object", "id", "include", "audio", "expires_at"], session.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["input"], session.GetProperty("audio").EnumerateObject().Select(property => property.Name));
        Assert.Equal("transcription", _call.Single("session.created")["session.type"]);
        Assert.Equal("realtime.transcription_session", _call.Single("session.created")["session.object"]);
        Assert.Equal(["format", "transcription", "noise_reduction", "turn_detection"],
            session.GetProperty("audio").GetProperty("input").EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "type: transcription")]
    public void A_turn_brings_its_transcript_and_no_response()
    {
        _call.User.Says("hello there", from: 1, to: 2);
        _call.Run(4);
        Assert.Equal(
            [
                "session.created", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
                "conversation.item.added", "conversation.item.done",
                "conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed",
            ],
            _call.Types);
        Assert.Equal("hello there", _call.Single("conversation.item.input_audio_transcription.completed")["transcript"]);
        Assert.Empty(_call.Requests);
    }

    [Theory]
    [InlineData("response.create")]
    [InlineData("response.cancel")]
    public void A_response_cannot_be_asked_for(string type)
    {
        _call.Send($$"""{"type":"{{type}}","event_id":"e"}""");
        Assert.Equal(("unsupported_event", "type", "e"), (_call.Single("error")["error.code"], _call.Single("error")["error.param"], _call.Single("error")["error.event_id"]));
    }

    [Fact]
    public void It_is_updated_in_its_own_shape()
    {
        _call.Send("""
            {"type":"session.update","session":{"type":"transcription","include":["item.input_audio_transcription.logprobs"],
             "audio":{"input":{"format":{"type":"audio/pcmu"},"transcription":{"model":"whisper-1","language":"de"},"noise_reduction":{"type":"near_field"},"turn_detection":null}}}}
            """);
        var updated = _call.Single("session.updated");
        Assert.Equal("""{"format":{"type":"audio/pcmu"},"transcription":{"model":"whisper-1","language":"de"},"noise_reduction":{"type":"near_field"},"turn_detection":null}""",
            updated["session.audio.input"]);
        Assert.Equal("transcription", updated["session.type"]);
        _call.Send($$"""{"type":"session.update","session":{{updated.Get("session").GetRawText()}}}""");
        Assert.Equal(updated["session"], _call.Last("session.updated")["session"]);
    }

    [Theory]
    [InlineData("""{"type":"realtime"}""", "session.type", "invalid_value")]
    [InlineData("""{"instructions":"x"}""", "session.instructions", "unknown_parameter")]
    [InlineData("""{"audio":{"output":{"voice":"ash"}}}""", "session.audio.output", "unknown_parameter")]
    [InlineData("""{"tools":[]}""", "session.tools", "unknown_parameter")]
    [InlineData("""{"tracing":"auto"}""", "session.tracing", "unknown_parameter")]
    [InlineData("""{"truncation":"auto"}""", "session.truncation", "unknown_parameter")]
    public void Fields_of_a_conversation_are_refused(string session, string param, string code)
    {
        _call.Send($$"""{"type":"session.update","session":{{session}}}""");
        Assert.Equal((param, code), (_call.Single("error")["error.param"], _call.Single("error")["error.code"]));
    }

    [Fact]
    public void A_conversation_does_not_become_a_transcription()
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"type":"transcription"}}""");
        Assert.Equal("session.type", call.Single("error")["error.param"]);
        call.Send("""{"type":"transcription_session.update","session":{}}""");
        Assert.Equal("unsupported_event", call.Last("error")["error.code"]);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "type")]
    public void The_type_of_a_session_to_come_may_be_chosen()
    {
        Assert.True(SessionSettings.Default.TryApply("""{"audio":{"input":{"turn_detection":null}},"type":"transcription"}"""u8, out var settings, out _));
        Assert.Equal(SessionKind.Transcription, settings.Kind);
        Assert.False(SessionSettings.Default.TryApply("""{"instructions":"x","type":"transcription"}"""u8, out _, out var error));
        Assert.Equal("session.instructions", error.Param);
    }

    [Fact]
    public void The_update_of_before_general_availability_is_answered_in_its_shape()
    {
        _call.Send("""
            {"type":"transcription_session.update","session":{"input_audio_format":"g711_ulaw","input_audio_transcription":{"model":"whisper-1","prompt":"","language":"en"},
             "turn_detection":{"type":"server_vad","threshold":0.4},"input_audio_noise_reduction":{"type":"far_field"},"include":["item.input_audio_transcription.logprobs"]}}
            """);
        var updated = _call.Single("transcription_session.updated");
        Assert.Equal(("g711_ulaw", "en", "0.4", "far_field"), (updated["session.input_audio_format"], updated["session.input_audio_transcription.language"],
            updated["session.turn_detection.threshold"], updated["session.input_audio_noise_reduction.type"]));
        _call.Send("""{"type":"session.update","session":{}}""");
        Assert.Equal("audio/pcmu", _call.Single("session.updated")["session.audio.input.format.type"]);
    }
}
