using System.Text.Json;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>
/// Applies the flat <c>session</c> object of before general availability, for a conversation or a transcription. All or nothing.
/// </summary>
internal static class BetaSessionReader
{
    private const string Path = "session";

    /// <summary>The settings with the update; the old ones when <paramref name="fields"/> holds an error.</summary>
    public static SessionSettings Apply(JsonElement session, SessionSettings settings, FieldReader fields)
    {
        if (!fields.IsObject(session, Path)) return settings;
        var updated = settings;
        foreach (var property in session.EnumerateObject())
        {
            if (fields.Error is not null) break;
            Apply(property.Name, property.Value, $"{Path}.{property.Name}", ref updated, fields);
        }
        return fields.Error is null ? updated : settings;
    }

    private static void Apply(string name, JsonElement value, string param, ref SessionSettings settings, FieldReader fields)
    {
        if (TryApplyInput(name, value, param, ref settings, fields)) return;
        switch (name)
        {
            case "model":          // it cannot change, but clients name one
            case "id":             // fields of the answer that clients send back as they came
            case "object":
            case "expires_at":
            case "client_secret":  // how long the token is to live is not a matter of the session
                break;
            case "modalities":
                settings = settings with { IsSpoken = ReadIsSpoken(value, param, fields) };
                break;
            case "temperature":
                // The models of today take none: it is checked and left aside.
                if (value.ValueKind != JsonValueKind.Null) fields.Number(value, param, 0, 2);
                break;
            default:
                if (settings.Kind == SessionKind.Transcription || !TryApplyReply(name, value, param, ref settings, fields))
                    fields.RefuseUnknown(param);
                break;
        }
    }

    private static bool TryApplyInput(string name, JsonElement value, string param, ref SessionSettings settings, FieldReader fields)
    {
        switch (name)
        {
            case "input_audio_format":
                settings = settings with { InputFormat = ReadFormat(value, param, fields) };
                return true;
            case "input_audio_transcription":
                settings = settings with { Transcription = TranscriptionReader.Read(value, settings.Transcription, param, fields) };
                return true;
            case "input_audio_noise_reduction":
                settings = settings with { NoiseReduction = AudioSettingsReader.ReadNoiseReduction(value, param, fields) };
                return true;
            case "turn_detection":
                settings = settings with { TurnDetection = TurnDetectionReader.Read(value, settings.TurnDetection, param, fields) };
                return true;
            case "include":
                settings = settings with { IncludesLogprobs = SessionSettingsReader.ReadInclude(value, param, fields) };
                return true;
            default:
                return false;
        }
    }

    private static bool TryApplyReply(string name, JsonElement value, string param, ref SessionSettings settings, FieldReader fields)
    {
        switch (name)
        {
            case "voice":
                settings = settings with { Voice = AudioSettingsReader.ReadVoice(value, param, fields) };
                return true;
            case "speed":
                settings = settings with { Speed = AudioSettingsReader.ReadSpeed(value, param, fields) };
                return true;
            case "output_audio_format":
                settings = settings with { OutputFormat = ReadFormat(value, param, fields) };
                return true;
            case "max_response_output_tokens":
                settings = settings with { MaxOutputTokens = SessionSettingsReader.ReadMaxOutputTokens(value, param, fields) };
                return true;
            case "tracing":
                settings = settings with { Tracing = SessionSettingsReader.ReadTracing(value, param, fields) };
                return true;
            case "truncation":
                settings = settings with { Truncation = SessionSettingsReader.ReadTruncation(value, param, fields) };
                return true;
            case "instructions" or "tools" or "tool_choice" or "prompt":
                return SessionSettingsReader.TryApplyShared(name, value, param, ref settings, fields);
            default:
                return false;
        }
    }

    /// <summary>["text"], or ["audio"] with or without "text": speech always had its transcript.</summary>
    private static bool ReadIsSpoken(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, param)) return true;
        var (isSpoken, count) = (false, 0);
        foreach (var entry in value.EnumerateArray())
            isSpoken |= fields.Choice(entry, $"{param}[{count++}]", ("text", false), ("audio", true));
        if (count is 0 or > 2) fields.Refuse(param, "invalid_value", $"Invalid '{param}': supported are ['text'] and ['audio', 'text'].");
        return isSpoken;
    }

    private static AudioFormat ReadFormat(JsonElement value, string param, FieldReader fields) => value.ValueKind == JsonValueKind.Null
        ? AudioFormat.Pcm24K
        : fields.Choice(value, param, ("pcm16", AudioFormat.Pcm24K), ("g711_ulaw", AudioFormat.Pcmu), ("g711_alaw", AudioFormat.Pcma));
}
