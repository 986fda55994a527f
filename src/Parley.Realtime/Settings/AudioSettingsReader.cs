using System.Text.Json;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>Applies the <c>audio</c> object of a session, and the <c>output</c> in it for a single response.</summary>
internal static class AudioSettingsReader
{
    private const int MaxVoiceLength = 128;

    public static SessionSettings Apply(JsonElement audio, SessionSettings settings, string path, FieldReader fields)
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
                case "output" when settings.Kind == SessionKind.Realtime:
                    settings = ApplyOutput(value, settings, param, fields);
                    break;
                default:
                    fields.RefuseUnknown(param);
                    break;
            }
        }
        return settings;
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
                    settings = settings with { Speed = ReadSpeed(value, param, fields) };
                    break;
                default:
                    fields.RefuseUnknown(param);
                    break;
            }
        }
        return settings;
    }

    public static string ReadVoice(JsonElement value, string param, FieldReader fields)
    {
        var voice = value.ValueKind == JsonValueKind.Object
            ? fields.RequiredText(value, "id", $"{param}.id", MaxVoiceLength)
            : fields.TextOrNull(value, param, MaxVoiceLength) ?? SessionSettings.Default.Voice;
        if (voice.Length == 0) fields.Refuse(param, "invalid_value", $"Invalid '{param}': it is empty.");
        return voice;
    }

    public static double ReadSpeed(JsonElement value, string param, FieldReader fields) =>
        value.ValueKind == JsonValueKind.Null ? SessionSettings.Default.Speed : fields.Number(value, param, 0.25, 1.5);

    public static string? ReadNoiseReduction(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        if (!value.TryGetProperty("type", out var type)) fields.RefuseMissing($"{param}.type");
        return fields.Choice(type, $"{param}.type", ("near_field", "near_field"), ("far_field", "far_field"));
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
                    settings = settings with { Transcription = TranscriptionReader.Read(value, settings.Transcription, param, fields) };
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

    private static AudioFormat ReadFormat(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return AudioFormat.Pcm24K;
        if (!value.TryGetProperty("type", out var type)) fields.RefuseMissing($"{param}.type");
        var format = fields.Choice(type, $"{param}.type",
            ("audio/pcm", AudioFormat.Pcm24K), ("audio/pcmu", AudioFormat.Pcmu), ("audio/pcma", AudioFormat.Pcma));
        foreach (var property in value.EnumerateObject())
        {
            var name = $"{param}.{property.Name}";
            if (property.Name == "rate") CheckRate(property.Value, format, name, fields);
            else if (property.Name != "type") fields.RefuseUnknown(name);
        }
        return format;
    }

    private static void CheckRate(JsonElement rate, AudioFormat format, string param, FieldReader fields)
    {
        if (rate.ValueKind == JsonValueKind.Null) return;
        var supported = format.Rate ?? 8_000;
        if (fields.Integer(rate, param, 0, int.MaxValue) != supported && fields.Error is null)
            fields.Refuse(param, "invalid_value", $"Invalid value for '{param}': {format.Type} is supported at {supported} Hz only.");
    }
}
