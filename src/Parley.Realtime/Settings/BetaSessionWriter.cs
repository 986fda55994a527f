using System.Text.Json;

namespace Parley.Realtime.Settings;

/// <summary>Writes the fields of an effective session in the flat shape of before general availability.</summary>
internal static class BetaSessionWriter
{
    public static void WriteFields(Utf8JsonWriter json, SessionSettings settings)
    {
        json.WriteStartArray("modalities");
        if (settings.Kind == SessionKind.Realtime && settings.IsSpoken) json.WriteStringValue("audio");
        json.WriteStringValue("text");
        json.WriteEndArray();
        json.WriteString("input_audio_format", Name(settings.InputFormat));
        SessionSettingsWriter.WriteTranscription(json, "input_audio_transcription", settings.Transcription);
        SessionSettingsWriter.WriteNoiseReduction(json, "input_audio_noise_reduction", settings.NoiseReduction);
        SessionSettingsWriter.WriteTurnDetection(json, settings.TurnDetection);
        SessionSettingsWriter.WriteInclude(json, settings.IncludesLogprobs);
        if (settings.Kind == SessionKind.Transcription) return;

        json.WriteString("model", settings.Model);
        json.WriteString("instructions", settings.Instructions);
        json.WriteString("voice", settings.Voice);
        json.WriteString("output_audio_format", Name(settings.OutputFormat));
        json.WriteNumber("speed", settings.Speed);
        SessionSettingsWriter.WriteTools(json, settings);
        SessionSettingsWriter.WriteToolChoice(json, settings.ToolChoice);
        if (settings.MaxOutputTokens is { } limit) json.WriteNumber("max_response_output_tokens", limit);
        else json.WriteString("max_response_output_tokens", "inf");
        SessionSettingsWriter.WriteTracing(json, settings.Tracing);
        SessionSettingsWriter.WriteTruncation(json, settings.Truncation);
        json.WriteNull("prompt");
    }

    private static string Name(AudioFormat format) => format.Type switch
    {
        "audio/pcmu" => "g711_ulaw",
        "audio/pcma" => "g711_alaw",
        _ => "pcm16",
    };
}
