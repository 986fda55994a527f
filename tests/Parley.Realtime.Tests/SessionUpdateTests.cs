using System.Text;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

public sealed class SessionUpdateTests
{
    private readonly TestCall _call = new();

    [Fact]
    public void The_created_session_shows_its_full_effective_configuration()
    {
        var created = _call.Single("session.created");
        Assert.Equal("realtime", created["session.type"]);
        Assert.Equal("realtime.session", created["session.object"]);
        Assert.StartsWith("sess_", created["session.id"], StringComparison.Ordinal);
        Assert.NotEmpty(created["session.instructions"]);
        Assert.Equal("""["audio"]""", created["session.output_modalities"]);
        Assert.Equal("alloy", created["session.audio.output.voice"]);
        Assert.Equal("24000", created["session.audio.input.format.rate"]);
        Assert.Equal(
            """{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}""",
            created["session.audio.input.turn_detection"]);
        Assert.Equal("inf", created["session.max_output_tokens"]);
        Assert.Equal("[]", created["session.tools"]);
        Assert.Equal("auto", created["session.tool_choice"]);
        Assert.Equal("3600", created["session.expires_at"]);
    }

    [Fact]
    public void Only_the_fields_that_are_present_change()
    {
        _call.Send("""{"type":"session.update","session":{"type":"realtime","instructions":"Be kind.","audio":{"input":{"turn_detection":{"threshold":0.7}}}}}""");
        var updated = _call.Single("session.updated");
        Assert.Equal("Be kind.", updated["session.instructions"]);
        Assert.Equal("0.7", updated["session.audio.input.turn_detection.threshold"]);
        Assert.Equal("500", updated["session.audio.input.turn_detection.silence_duration_ms"]);
        Assert.Equal("alloy", updated["session.audio.output.voice"]);

        _call.Send("""{"type":"session.update","session":{"instructions":"","audio":{"input":{"turn_detection":null}}}}""");
        Assert.Equal("", _call.Last("session.updated")["session.instructions"]);
        Assert.Equal("null", _call.Last("session.updated")["session.audio.input.turn_detection"]);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "model")]
    public void What_the_agents_SDK_sends_on_connecting_is_accepted()
    {
        _call.Send("""
            {"type":"session.update","event_id":"e1","session":{"type":"realtime","model":"gpt-realtime-2","instructions":"Hi","output_modalities":["audio"],
             "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"noise_reduction":null,"transcription":{"model":"gpt-4o-mini-transcribe"},
             "turn_detection":{"type":"semantic_vad","model_version":"x","threshold":0.5}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1}},
             "tool_choice":"auto","tools":[{"type":"function","name":"time","description":"d","parameters":{"type":"object","properties":{}},"strict":true}],
             "tracing":"auto","parallel_tool_calls":true,"reasoning":{"effort":"low"},"truncation":"auto","prompt":null}}
            """);
        Assert.Equal(["session.created", "session.updated"], _call.Types);
        var updated = _call.Last("session.updated");
        Assert.Equal("parley", updated["session.model"]);
        Assert.Equal("semantic_vad", updated["session.audio.input.turn_detection.type"]);
        Assert.Equal("auto", updated["session.tracing"]);
        Assert.Equal("time", updated["session.tools.0.name"]);
        _call.Send("""{"type":"session.update","session":{"type":"realtime","tracing":"auto"}}""");
        Assert.Equal("session.updated", _call.Types.Last());
    }

    [Fact]
    public void A_client_may_send_back_the_session_as_it_came()
    {
        var session = _call.Single("session.created").Get("session").GetRawText();
        _call.Send($$"""{"type":"session.update","session":{{session}}}""");
        Assert.Equal(session, _call.Single("session.updated").Get("session").GetRawText());
    }

    [Theory]
    [InlineData("""{"audio":{"output":{"speed":9}}}""", "session.audio.output.speed", "decimal_above_max_value")]
    [InlineData("""{"audio":{"output":{"speed":"fast"}}}""", "session.audio.output.speed", "invalid_type")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"type":"telepathy"}}}}""", "session.audio.input.turn_detection.type", "invalid_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"silence_duration_ms":-1}}}}""", "session.audio.input.turn_detection.silence_duration_ms", "decimal_below_min_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"create_response":1}}}}""", "session.audio.input.turn_detection.create_response", "invalid_type")]
    [InlineData("""{"audio":{"input":{"noise_reduction":{}}}}""", "session.audio.input.noise_reduction.type", "missing_required_parameter")]
    [InlineData("""{"output_modalities":["audio","text"]}""", "session.output_modalities", "invalid_value")]
    [InlineData("""{"max_output_tokens":5000}""", "session.max_output_tokens", "decimal_above_max_value")]
    [InlineData("""{"max_output_tokens":1.5}""", "session.max_output_tokens", "invalid_type")]
    [InlineData("""{"tools":[{"type":"web_search"}]}""", "session.tools[0].type", "invalid_value")]
    [InlineData("""{"tool_choice":"perhaps"}""", "session.tool_choice", "invalid_value")]
    [InlineData("""{"modalities":["audio"]}""", "session.modalities", "unknown_parameter")]
    [InlineData("""{"type":"transcription"}""", "session.type", "invalid_value")]
    [InlineData("""{"type":"duet"}""", "session.type", "invalid_value")]
    [InlineData("""{"type":1}""", "session.type", "invalid_type")]
    [InlineData("""{"instructions":[]}""", "session.instructions", "invalid_type")]
    [InlineData("""{"output_modalities":[]}""", "session.output_modalities", "invalid_value")]
    [InlineData("""{"output_modalities":["video"]}""", "session.output_modalities[0]", "invalid_value")]
    [InlineData("""{"audio":[]}""", "session.audio", "invalid_type")]
    [InlineData("""{"audio":{"stereo":true}}""", "session.audio.stereo", "unknown_parameter")]
    [InlineData("""{"audio":{"input":{"gain":1}}}""", "session.audio.input.gain", "unknown_parameter")]
    [InlineData("""{"audio":{"input":{"format":"pcm16"}}}""", "session.audio.input.format", "invalid_type")]
    [InlineData("""{"audio":{"input":{"format":{"rate":24000}}}}""", "session.audio.input.format.type", "missing_required_parameter")]
    [InlineData("""{"audio":{"input":{"format":{"type":"audio/opus"}}}}""", "session.audio.input.format.type", "invalid_value")]
    [InlineData("""{"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}""", "session.audio.input.format.rate", "invalid_value")]
    [InlineData("""{"audio":{"output":{"format":{"type":"audio/pcmu","rate":24000}}}}""", "session.audio.output.format.rate", "invalid_value")]
    [InlineData("""{"audio":{"output":{"format":{"type":"audio/pcm","bits":8}}}}""", "session.audio.output.format.bits", "unknown_parameter")]
    [InlineData("""{"audio":{"input":{"transcription":{"language":5}}}}""", "session.audio.input.transcription.language", "invalid_type")]
    [InlineData("""{"audio":{"input":{"transcription":{"languages":"en"}}}}""", "session.audio.input.transcription.languages", "invalid_type")]
    [InlineData("""{"audio":{"input":{"transcription":{"keywords":[1]}}}}""", "session.audio.input.transcription.keywords[0]", "invalid_type")]
    [InlineData("""{"audio":{"input":{"transcription":{"delay":"eternal"}}}}""", "session.audio.input.transcription.delay", "invalid_value")]
    [InlineData("""{"audio":{"input":{"transcription":{"speed":1}}}}""", "session.audio.input.transcription.speed", "unknown_parameter")]
    [InlineData("""{"audio":{"input":{"noise_reduction":{"type":"off"}}}}""", "session.audio.input.noise_reduction.type", "invalid_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":"none"}}}""", "session.audio.input.turn_detection", "invalid_type")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"threshold":1.1}}}}""", "session.audio.input.turn_detection.threshold", "decimal_above_max_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"prefix_padding_ms":3000}}}}""", "session.audio.input.turn_detection.prefix_padding_ms", "decimal_above_max_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"idle_timeout_ms":1000}}}}""", "session.audio.input.turn_detection.idle_timeout_ms", "decimal_below_min_value")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"interrupt_response":"no"}}}}""", "session.audio.input.turn_detection.interrupt_response", "invalid_type")]
    [InlineData("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"huge"}}}}""", "session.audio.input.turn_detection.eagerness", "invalid_value")]
    [InlineData("""{"audio":{"output":{"voice":""}}}""", "session.audio.output.voice", "invalid_value")]
    [InlineData("""{"audio":{"output":{"voice":{"name":"x"}}}}""", "session.audio.output.voice.id", "missing_required_parameter")]
    [InlineData("""{"audio":{"output":{"speed":0.1}}}""", "session.audio.output.speed", "decimal_below_min_value")]
    [InlineData("""{"include":"logprobs"}""", "session.include", "invalid_type")]
    [InlineData("""{"include":["item.weather"]}""", "session.include[0]", "invalid_value")]
    [InlineData("""{"tracing":"manual"}""", "session.tracing", "invalid_value")]
    [InlineData("""{"tracing":{"workflow_name":1}}""", "session.tracing.workflow_name", "invalid_type")]
    [InlineData("""{"tracing":{"metadata":"x"}}""", "session.tracing.metadata", "invalid_type")]
    [InlineData("""{"tracing":{"colour":"x"}}""", "session.tracing.colour", "unknown_parameter")]
    [InlineData("""{"truncation":"always"}""", "session.truncation", "invalid_value")]
    [InlineData("""{"truncation":{"retention_ratio":0.5}}""", "session.truncation.type", "missing_required_parameter")]
    [InlineData("""{"truncation":{"type":"retention_ratio"}}""", "session.truncation.retention_ratio", "missing_required_parameter")]
    [InlineData("""{"truncation":{"type":"retention_ratio","retention_ratio":1.5}}""", "session.truncation.retention_ratio", "decimal_above_max_value")]
    [InlineData("""{"truncation":{"type":"retention_ratio","retention_ratio":1,"token_limits":{"post_instructions":-1}}}""", "session.truncation.token_limits.post_instructions", "decimal_below_min_value")]
    [InlineData("""{"reasoning":"low"}""", "session.reasoning", "invalid_type")]
    [InlineData("""{"reasoning":{"effort":"heroic"}}""", "session.reasoning.effort", "invalid_value")]
    [InlineData("""{"parallel_tool_calls":"yes"}""", "session.parallel_tool_calls", "invalid_type")]
    [InlineData("""{"max_output_tokens":"lots"}""", "session.max_output_tokens", "invalid_value")]
    [InlineData("""{"prompt":{"id":"pmpt_1","version":"2","variables":{"a":"b"}}}""", "session.prompt", "unsupported_parameter")]
    [InlineData("""[]""", "session", "invalid_type")]
    public void A_bad_value_is_refused_by_name_and_changes_nothing(string session, string param, string code)
    {
        _call.Send($$"""{"type":"session.update","event_id":"mine","session":{{session}}}""");
        var error = _call.Single("error");
        Assert.Equal("invalid_request_error", error["error.type"]);
        Assert.Equal((param, code, "mine"), (error["error.param"], error["error.code"], error["error.event_id"]));
        _call.Send("""{"type":"session.update","session":{}}""");
        Assert.Equal(_call.Single("session.created").Get("session").GetRawText(), _call.Single("session.updated").Get("session").GetRawText());
    }

    [Fact]
    public void The_voice_is_frozen_once_it_was_heard()
    {
        _call.User.Says("hello", from: 1, to: 2);
        _call.Replies.Add(ScriptedReply.Says("hello"));
        _call.Run(5);
        _call.Send("""{"type":"session.update","session":{"audio":{"output":{"voice":"ash"}}}}""");
        Assert.Equal("cannot_update_voice", _call.Single("error")["error.code"]);
        _call.Send("""{"type":"session.update","session":{"audio":{"output":{"voice":"alloy"}}}}""");
        Assert.Equal("session.updated", _call.Types.Last());
    }

    [Fact]
    [Shows(ApiPart.SessionField, "instructions", "audio.output.voice", "audio.output.speed")]
    public void The_next_reply_is_made_with_the_new_settings()
    {
        _call.Send("""
            {"type":"session.update","session":{"instructions":"Rhyme.","max_output_tokens":50,"tool_choice":{"type":"function","name":"time"},
             "tools":[{"type":"function","name":"time"}],"audio":{"output":{"voice":{"id":"mine"},"speed":1.2}}}}
            """);
        _call.Send("""{"type":"response.create"}""");
        var request = _call.Requests.Single();
        Assert.Equal(("Rhyme.", "mine", 1.2, 50), (request.Instructions, request.Voice, request.Speed, request.MaxOutputTokens!.Value));
        Assert.Equal("time", request.ToolChoice.FunctionName);
        Assert.Equal("time", request.Tools.Single().Name);
    }

    [Fact]
    public void Settings_from_elsewhere_are_read_by_the_same_rules()
    {
        Assert.True(SessionSettings.Default.TryApply("""{"type":"realtime","audio":{"output":{"voice":"ash"}}}"""u8, out var settings, out _));
        Assert.Equal("ash", settings.Voice);
        Assert.False(SessionSettings.Default.TryApply("""{"audio":{"output":{"voice":7}}}"""u8, out _, out var error));
        Assert.Equal("session.audio.output.voice", error.Param);
        Assert.False(SessionSettings.Default.TryApply(Encoding.UTF8.GetBytes("{"), out _, out error));
        Assert.Equal("invalid_json", error.Code);
    }
}
