using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>Each field of the session: what is set is shown, and what clears it.</summary>
public sealed class SessionFieldTests
{
    private readonly TestCall _call = new();

    private ReceivedEvent Update(string session)
    {
        _call.Send($$"""{"type":"session.update","session":{{session}}}""");
        return _call.Events[^1];
    }

    [Theory]
    [InlineData("""{"type":"audio/pcm","rate":24000}""", """{"type":"audio/pcm","rate":24000}""")]
    [InlineData("""{"type":"audio/pcm"}""", """{"type":"audio/pcm","rate":24000}""")]
    [InlineData("""{"type":"audio/pcmu"}""", """{"type":"audio/pcmu"}""")]
    [InlineData("""{"type":"audio/pcma","rate":8000}""", """{"type":"audio/pcma"}""")]
    [InlineData("null", """{"type":"audio/pcm","rate":24000}""")]
    public void Formats_are_PCM_of_24_kHz_and_G711(string format, string shown)
    {
        Update("""{"audio":{"input":{"format":{"type":"audio/pcma"}},"output":{"format":{"type":"audio/pcma"}}}}""");
        var updated = Update($$$$"""{"audio":{"input":{"format":{{{{format}}}}},"output":{"format":{{{{format}}}}}}}""");
        Assert.Equal(shown, updated["session.audio.input.format"]);
        Assert.Equal(shown, updated["session.audio.output.format"]);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.transcription.model", Partly = "kept and shown; the server's own recogniser does the work")]
    [Shows(ApiPart.SessionField, "audio.input.transcription.delay", Partly = "checked, kept and shown")]
    public void Transcription_has_model_languages_keywords_prompt_and_delay()
    {
        const string Whole = """{"model":"gpt-transcribe","language":"en","languages":["en","de"],"keywords":["Parley","Opus"],"prompt":"telephony","delay":"low"}""";
        Assert.Equal(Whole, Update($$$$"""{"audio":{"input":{"transcription":{{{{Whole}}}}}}}""")["session.audio.input.transcription"]);
        Assert.Equal("""{"model":"gpt-transcribe","languages":["en","de"]}""",
            Update("""{"audio":{"input":{"transcription":{"language":"","keywords":[],"prompt":null,"delay":null}}}}""")["session.audio.input.transcription"]);
        Assert.Equal("null", Update("""{"audio":{"input":{"transcription":null}}}""")["session.audio.input.transcription"]);
    }

    [Theory]
    [InlineData("""{"languages":["de"]}""", "de", null)]
    [InlineData("""{"languages":["de","en"]}""", null, null)]
    [InlineData("""{"language":"fr","languages":["de","en"]}""", "fr", null)]
    [InlineData("""{"keywords":["Parley","Opus"]}""", null, "Parley, Opus")]
    [InlineData("""{"prompt":"A call.","keywords":["Parley"]}""", null, "A call. Parley")]
    [Shows(ApiPart.SessionField, "audio.input.transcription.keywords")]
    [Shows(ApiPart.SessionField, "audio.input.transcription.languages", Partly = "the recogniser is told of one; of several it chooses itself")]
    public void The_recogniser_is_told_the_one_language_and_the_keywords(string transcription, string? language, string? prompt)
    {
        Update($$$$"""{"audio":{"input":{"transcription":{{{{transcription}}}}}}}""");
        _call.User.Says("hello", from: 1, to: 2);
        _call.Run(3);
        var begin = _call.Commands.Select(entry => entry.Command).OfType<BeginUtterance>().Single();
        Assert.Equal((language, prompt), (begin.Language, begin.Prompt));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.noise_reduction", Partly = "checked, kept and shown; the sound is taken as it comes")]
    public void Noise_reduction_is_near_or_far_or_none()
    {
        Assert.Equal("near_field", Update("""{"audio":{"input":{"noise_reduction":{"type":"near_field"}}}}""")["session.audio.input.noise_reduction.type"]);
        Assert.Equal("far_field", Update("""{"audio":{"input":{"noise_reduction":{"type":"far_field"}}}}""")["session.audio.input.noise_reduction.type"]);
        Assert.Equal("null", Update("""{"audio":{"input":{"noise_reduction":null}}}""")["session.audio.input.noise_reduction"]);
    }

    [Fact]
    public void Turn_detection_of_another_type_starts_from_its_defaults()
    {
        Update("""{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.7,"prefix_padding_ms":100,"silence_duration_ms":200,"idle_timeout_ms":6000,"create_response":false}}}}""");
        Assert.Equal("""{"type":"semantic_vad","eagerness":"auto","create_response":true,"interrupt_response":true}""",
            Update("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad"}}}}""")["session.audio.input.turn_detection"]);
        Assert.Equal("""{"type":"semantic_vad","eagerness":"low","create_response":true,"interrupt_response":false}""",
            Update("""{"audio":{"input":{"turn_detection":{"eagerness":"low","interrupt_response":false}}}}""")["session.audio.input.turn_detection"]);
        Assert.Equal("""{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}""",
            Update("""{"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}""")["session.audio.input.turn_detection"]);
    }

    [Fact]
    public void Include_asks_for_log_probabilities_until_it_is_cleared()
    {
        Assert.Equal("""["item.input_audio_transcription.logprobs"]""", Update("""{"include":["item.input_audio_transcription.logprobs"]}""")["session.include"]);
        Assert.Equal("null", Update("""{"include":[]}""")["session.include"]);
    }

    [Theory]
    [InlineData("\"disabled\"")]
    [InlineData("""{"type":"retention_ratio","retention_ratio":0.8}""")]
    [InlineData("""{"type":"retention_ratio","retention_ratio":0,"token_limits":{"post_instructions":4000}}""")]
    public void Truncation_is_a_strategy(string truncation)
    {
        Assert.Equal(truncation, Update($$"""{"truncation":{{truncation}}}""").Get("session.truncation").GetRawText());
        Assert.Equal("auto", Update("""{"truncation":null}""")["session.truncation"]);
    }

    [Fact]
    public void Truncation_is_read_into_the_settings()
    {
        Assert.True(SessionSettings.Default.TryApply(
            """{"truncation":{"type":"retention_ratio","retention_ratio":0.8,"token_limits":{"post_instructions":4000}}}"""u8, out var settings, out _));
        Assert.Equal(new Truncation(TruncationKind.RetentionRatio, 0.8, 4000), settings.Truncation);
    }

    [Fact]
    public void Reasoning_and_parallel_tool_calls_are_shown_when_they_are_set()
    {
        var updated = Update("""{"reasoning":{"effort":"xhigh"},"parallel_tool_calls":false}""");
        Assert.Equal(("xhigh", "False"), (updated["session.reasoning.effort"], updated["session.parallel_tool_calls"]));
        var session = Update("""{"reasoning":null,"parallel_tool_calls":null}""").Get("session");
        Assert.False(session.TryGetProperty("reasoning", out _) || session.TryGetProperty("parallel_tool_calls", out _));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "tracing", Partly = "checked, kept and shown; no traces are made")]
    public void Tracing_cannot_change_once_it_is_enabled()
    {
        const string Tracing = """{"workflow_name":"support","group_id":"g","metadata":{"a":"b"}}""";
        Assert.Equal("null", Update("""{"tracing":null}""")["session.tracing"]);
        Assert.Equal(Tracing, Update($$"""{"tracing":{{Tracing}}}""")["session.tracing"]);
        Assert.Equal(Tracing, Update($$"""{"tracing":{{Tracing}},"instructions":"x"}""")["session.tracing"]);
        Update("""{"tracing":{"workflow_name":"other"},"instructions":"y"}""");
        Assert.Equal(("session.tracing", "cannot_update_tracing"), (_call.Single("error")["error.param"], _call.Single("error")["error.code"]));
        Assert.Equal("x", Update("{}")["session.instructions"]);
    }

    [Fact]
    public void Asking_for_auto_tracing_when_it_is_enabled_otherwise_is_no_error()
    {
        Update("""{"tracing":{"workflow_name":"support"}}""");
        Assert.Equal("support", Update("""{"tracing":"auto"}""")["session.tracing.workflow_name"]);
        Assert.DoesNotContain("error", _call.Types);
    }

    [Fact]
    public void The_speed_changes_between_responses_only()
    {
        _call.Send("""{"type":"response.create"}""");
        Update("""{"audio":{"output":{"speed":1.2}}}""");
        Assert.Equal(("session.audio.output.speed", "cannot_update_speed"), (_call.Single("error")["error.param"], _call.Single("error")["error.code"]));
        Update("""{"audio":{"output":{"speed":1}}}""");
        _call.Reply(_call.Requests.Single().ResponseId, new ReplyCompleted(default));
        Assert.Equal("1.2", Update("""{"audio":{"output":{"speed":1.2}}}""")["session.audio.output.speed"]);
        Assert.Equal("1", Update("""{"audio":{"output":{"speed":null}}}""")["session.audio.output.speed"]);
    }

    [Fact]
    public void Null_and_empty_values_clear()
    {
        Update("""{"instructions":"x","output_modalities":["text"],"tools":[{"type":"function","name":"f"}],"tool_choice":"required","max_output_tokens":9,"audio":{"output":{"voice":"ash"}}}""");
        var cleared = Update("""{"instructions":"","output_modalities":null,"tools":[],"tool_choice":null,"max_output_tokens":null,"audio":{"output":{"voice":null}}}""");
        Assert.Equal(("", """["audio"]""", "[]", "auto", "inf", "alloy"), (cleared["session.instructions"], cleared["session.output_modalities"],
            cleared["session.tools"], cleared["session.tool_choice"], cleared["session.max_output_tokens"], cleared["session.audio.output.voice"]));
        Assert.Equal("9", Update("""{"max_output_tokens":9}""")["session.max_output_tokens"]);
        Assert.Equal("inf", Update("""{"max_output_tokens":"inf"}""")["session.max_output_tokens"]);
    }

    [Fact]
    public void A_prompt_is_refused_with_what_to_do_instead_and_none_is_accepted()
    {
        Update("""{"prompt":null}""");
        Update("""{"prompt":{"id":"pmpt_1"}}""");
        Assert.Contains("instructions", _call.Single("error")["error.message"], StringComparison.Ordinal);
    }
}
