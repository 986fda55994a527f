using System.Text;
using System.Text.Json;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>The flat session object that POST /realtime/sessions takes and gives, as before general availability.</summary>
public sealed class BetaSessionTests
{
    private const string Whole = """
        {"model":"gpt-4o-realtime-preview","modalities":["audio","text"],"instructions":"Be kind.","voice":"ash","input_audio_format":"g711_ulaw",
         "output_audio_format":"g711_alaw","input_audio_transcription":{"model":"whisper-1","language":"en"},"input_audio_noise_reduction":{"type":"near_field"},
         "turn_detection":{"type":"server_vad","threshold":0.6,"create_response":false},"tools":[{"type":"function","name":"time"}],"tool_choice":"required",
         "temperature":0.8,"max_response_output_tokens":200,"speed":1.1,"tracing":"auto","truncation":"disabled","prompt":null,
         "include":["item.input_audio_transcription.logprobs"],"client_secret":{"expires_after":{"anchor":"created_at","seconds":60}}}
        """;

    [Fact]
    public void Every_field_finds_its_place_in_the_settings()
    {
        Assert.True(SessionSettings.Default.TryApplyBeta(Encoding.UTF8.GetBytes(Whole), out var settings, out _));
        Assert.Equal((true, "Be kind.", "ash", AudioFormat.Pcmu, AudioFormat.Pcma),
            (settings.IsSpoken, settings.Instructions, settings.Voice, settings.InputFormat, settings.OutputFormat));
        Assert.Equal(("whisper-1", "en", "near_field", 0.6, false), (settings.Transcription!.Model, settings.Transcription.Language,
            settings.NoiseReduction, settings.TurnDetection!.Threshold, settings.TurnDetection.CreatesResponse));
        Assert.Equal(("time", 200, 1.1), (settings.Tools.Single().Name, settings.MaxOutputTokens, settings.Speed));
        Assert.Equal((TracingSettings.Auto, Truncation.Disabled, true), (settings.Tracing, settings.Truncation, settings.IncludesLogprobs));
    }

    [Fact]
    public void What_is_written_in_the_flat_shape_is_read_back_the_same()
    {
        SessionSettings.Default.TryApplyBeta(Encoding.UTF8.GetBytes(Whole), out var settings, out _);
        var json = Written(settings);
        Assert.Equal("""["audio","text"]""", JsonDocument.Parse(json).RootElement.GetProperty("modalities").GetRawText());
        Assert.True(SessionSettings.Default.TryApplyBeta(json, out var again, out _));
        Assert.Equal(json, Written(again));
    }

    [Fact]
    public void Text_alone_is_a_modality()
    {
        Assert.True(SessionSettings.Default.TryApplyBeta("""{"modalities":["text"]}"""u8, out var settings, out _));
        Assert.False(settings.IsSpoken);
    }

    [Theory]
    [InlineData("""{"modalities":[]}""", "session.modalities")]
    [InlineData("""{"modalities":["smell"]}""", "session.modalities[0]")]
    [InlineData("""{"voice":7}""", "session.voice")]
    [InlineData("""{"input_audio_format":"opus"}""", "session.input_audio_format")]
    [InlineData("""{"output_audio_format":{"type":"audio/pcm"}}""", "session.output_audio_format")]
    [InlineData("""{"temperature":"hot"}""", "session.temperature")]
    [InlineData("""{"max_response_output_tokens":0}""", "session.max_response_output_tokens")]
    [InlineData("""{"turn_detection":{"type":"x"}}""", "session.turn_detection.type")]
    [InlineData("""{"output_modalities":["audio"]}""", "session.output_modalities")]
    [InlineData("""{"prompt":{"id":"x"}}""", "session.prompt")]
    [InlineData("[]", "session")]
    public void A_bad_value_is_refused_by_name_and_changes_nothing(string json, string param)
    {
        Assert.False(SessionSettings.Default.TryApplyBeta(Encoding.UTF8.GetBytes(json), out var settings, out var error));
        Assert.Equal(param, error.Param);
        Assert.Same(SessionSettings.Default, settings);
    }

    [Fact]
    public void A_transcription_has_fields_of_input_only()
    {
        var transcription = SessionSettings.Default with { Kind = SessionKind.Transcription };
        Assert.True(transcription.TryApplyBeta("""{"input_audio_format":"pcm16","input_audio_transcription":{"model":"gpt-4o-transcribe"},"turn_detection":null}"""u8, out var settings, out _));
        Assert.Equal(["modalities", "input_audio_format", "input_audio_transcription", "input_audio_noise_reduction", "turn_detection", "include"],
            JsonDocument.Parse(Written(settings)).RootElement.EnumerateObject().Select(property => property.Name));
        Assert.False(transcription.TryApplyBeta("""{"voice":"ash"}"""u8, out _, out var error));
        Assert.Equal("session.voice", error.Param);
    }

    private static byte[] Written(SessionSettings settings)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            settings.WriteBetaFields(json);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
