using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>
/// Applies a partial <c>session</c> object: only the fields that are present change; null, "" and [] clear. All or nothing.
/// </summary>
internal static class SessionSettingsReader
{
    private const int MaxVoiceLength = 128;
    private const int MaxShortText = 512;
    private const int MaxOutputTokensLimit = 4096;

    /// <summary>The settings with the update; the old ones when <paramref name="fields"/> holds an error.</summary>
    public static SessionSettings Apply(JsonElement session, SessionSettings settings, FieldReader fields)
    {
        const string path = "session";
        if (!fields.IsObject(session, path)) return settings;
        var updated = settings;
        foreach (var property in session.EnumerateObject())
        {
            if (fields.Error is not null) break;
            var (value, param) = (property.Value, $"{path}.{property.Name}");
            switch (property.Name)
            {
                case "type":
                    fields.Choice(value, param, ("realtime", true));
                    break;
                case "model":      // it cannot change, but clients send it again with every update
                case "id":         // fields of session.created that clients send back as they came
                case "object":
                case "expires_at":
                    break;
                case "audio":
                    updated = ApplyAudio(value, updated, param, fields);
                    break;
                case "include":
                    updated = updated with { Echoed = updated.Echoed with { Include = ReadInclude(value, param, fields) } };
                    break;
                case "tracing":
                    updated = updated with { Echoed = updated.Echoed with { Tracing = value.GetRawText() } };
                    break;
                case "truncation":
                    updated = updated with { Echoed = updated.Echoed with { Truncation = value.GetRawText() } };
                    break;
                default:
                    if (!TryApplyShared(property.Name, value, param, ref updated, fields)) fields.RefuseUnknown(param);
                    break;
            }
        }
        return fields.Error is null ? updated : settings;
    }

    /// <summary>The fields that a session and a single response have in common. False: it is none of them.</summary>
    public static bool TryApplyShared(string name, JsonElement value, string param, ref SessionSettings settings, FieldReader fields)
    {
        switch (name)
        {
            case "instructions":
                settings = settings with { Instructions = fields.TextOrNull(value, param) ?? "" };
                return true;
            case "output_modalities":
                settings = settings with { IsSpoken = ReadIsSpoken(value, param, fields) };
                return true;
            case "tools":
                settings = settings with { Tools = ToolReader.ReadTools(value, param, fields) };
                return true;
            case "tool_choice":
                settings = settings with { ToolChoice = ToolReader.ReadChoice(value, param, fields) };
                return true;
            case "max_output_tokens":
                settings = settings with { MaxOutputTokens = ReadMaxOutputTokens(value, param, fields) };
                return true;
            case "parallel_tool_calls":
                if (value.ValueKind != JsonValueKind.Null) fields.Boolean(value, param);
                settings = settings with { Echoed = settings.Echoed with { ParallelToolCalls = value.GetRawText() } };
                return true;
            case "reasoning":
                if (value.ValueKind != JsonValueKind.Null) fields.IsObject(value, param);
                settings = settings with { Echoed = settings.Echoed with { Reasoning = value.GetRawText() } };
                return true;
            case "prompt":
                if (value.ValueKind != JsonValueKind.Null)
                    fields.Refuse(param, "unsupported_parameter", "Stored prompts are not kept here: send the text as instructions.");
                return true;
            default:
                return false;
        }
    }

    public static SessionSettings ApplyOutput(JsonElement output, SessionSettings settings, string path, FieldReader fields)
    {
        if (output.ValueKind == JsonValueKind.Null || !fields.IsObject(output, path)) return settings;
        foreach (var property in output.EnumerateObject())
        {
            var (value, param) = (property.Value, $"{path}.{property.Name}");
            switch (property.Name)
            {
                case "format":
                    settings = settings with { OutputFormat = ReadFormat(value, param, fields) };
                    break;
                case "voice":
                    settings = settings with { Voice = ReadVoice(value, param, fields) };
                    break;
                case "speed":
                    settings = settings with { Speed = value.ValueKind == JsonValueKind.Null ? 1 : fields.Number(value, param, 0.25, 1.5) };
                    break;
                default:
                    fields.RefuseUnknown(param);
                    break;
            }
        }
        return settings;
    }

    private static SessionSettings ApplyAudio(JsonElement audio, SessionSettings settings, string path, FieldReader fields)
    {
        if (audio.ValueKind == JsonValueKind.Null || !fields.IsObject(audio, path)) return settings;
        foreach (var property in audio.EnumerateObject())
        {
            var (value, param) = (property.Value, $"{path}.{property.Name}");
            switch (property.Name)
            {
                case "input":
                    settings = ApplyInput(value, settings, param, fields);
                    break;
                case "output":
                    settings = ApplyOutput(value, settings, param, fields);
                    break;
                default:
                    fields.RefuseUnknown(param);
                    break;
            }
        }
        return settings;
    }

    private static SessionSettings ApplyInput(JsonElement input, SessionSettings settings, string path, FieldReader fields)
    {
        if (input.ValueKind == JsonValueKind.Null || !fields.IsObject(input, path)) return settings;
        foreach (var property in input.EnumerateObject())
        {
            var (value, param) = (property.Value, $"{path}.{property.Name}");
            switch (property.Name)
            {
                case "format":
                    settings = settings with { InputFormat = ReadFormat(value, param, fields) };
                    break;
                case "transcription":
                    settings = settings with { Transcription = ReadTranscription(value, settings.Transcription, param, fields) };
                    break;
                case "noise_reduction":
                    settings = settings with { NoiseReduction = ReadNoiseReduction(value, param, fields) };
                    break;
                case "turn_detection":
                    settings = settings with { TurnDetection = TurnDetectionReader.Read(value, settings.TurnDetection, param, fields) };
                    break;
                default:
                    fields.RefuseUnknown(param);
                    break;
            }
        }
        return settings;
    }

    private static bool ReadIsSpoken(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return true;
        if (!fields.IsArray(value, param)) return true;
        if (value.GetArrayLength() == 1) return fields.Choice(value[0], $"{param}[0]", ("audio", true), ("text", false));
        fields.Refuse(param, "invalid_value", $"Invalid '{param}': supported are ['audio'] and ['text'], not both.");
        return true;
    }

    private static AudioFormat ReadFormat(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return AudioFormat.Pcm24K;
        if (!fields.IsObject(value, param)) return AudioFormat.Pcm24K;
        value.TryGetProperty("type", out var type);
        var name = fields.Choice(type, $"{param}.type",
            ("audio/pcm", "audio/pcm"), ("audio/pcmu", "audio/pcmu"), ("audio/pcma", "audio/pcma"));
        if (name != "audio/pcm") return new AudioFormat(name, null);
        if (value.TryGetProperty("rate", out var rate)) fields.Integer(rate, $"{param}.rate", 24_000, 24_000);
        return AudioFormat.Pcm24K;
    }

    private static string ReadVoice(JsonElement value, string param, FieldReader fields)
    {
        var voice = value.ValueKind == JsonValueKind.Object
            ? fields.RequiredText(value, "id", $"{param}.id", MaxVoiceLength)
            : fields.TextOrNull(value, param, MaxVoiceLength) ?? SessionSettings.Default.Voice;
        if (voice.Length == 0) fields.Refuse(param, "invalid_value", $"Invalid '{param}': it is empty.");
        return voice;
    }

    private static TranscriptionSettings? ReadTranscription(
        JsonElement value, TranscriptionSettings? current, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        var read = current ?? new TranscriptionSettings(null, null, null);
        if (value.TryGetProperty("model", out var model)) read = read with { Model = fields.TextOrNull(model, $"{param}.model", MaxShortText) };
        if (value.TryGetProperty("language", out var language))
            read = read with { Language = fields.TextOrNull(language, $"{param}.language", MaxShortText) };
        if (value.TryGetProperty("prompt", out var prompt)) read = read with { Prompt = fields.TextOrNull(prompt, $"{param}.prompt") };
        return read;
    }

    private static string? ReadNoiseReduction(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        value.TryGetProperty("type", out var type);
        return fields.Choice(type, $"{param}.type", ("near_field", "near_field"), ("far_field", "far_field"));
    }

    private static string ReadInclude(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind != JsonValueKind.Null && fields.IsArray(value, param))
            foreach (var entry in value.EnumerateArray())
                fields.Choice(entry, param, ("item.input_audio_transcription.logprobs", true));
        return value.GetRawText();
    }

    private static int? ReadMaxOutputTokens(JsonElement value, string param, FieldReader fields) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => fields.Choice<int?>(value, param, ("inf", null)),
        _ => fields.Integer(value, param, 1, MaxOutputTokensLimit),
    };
}
