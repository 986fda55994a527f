using System.Text.Json;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>Reads <c>transcription</c>. Only the fields that are present change.</summary>
internal static class TranscriptionReader
{
    private const int MaxNameLength = 512;
    private const int MaxPromptLength = 16 * 1024;
    private const int MaxLanguages = 16;
    private const int MaxKeywords = 256;

    public static TranscriptionSettings? Read(JsonElement value, TranscriptionSettings? current, string path, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, path)) return null;
        var read = current ?? new TranscriptionSettings(null, null, null);
        foreach (var property in value.EnumerateObject())
        {
            if (fields.Error is not null) break;
            read = Apply(property.Name, property.Value, read, $"{path}.{property.Name}", fields);
        }
        return read;
    }

    private static TranscriptionSettings Apply(
        string name, JsonElement value, TranscriptionSettings read, string param, FieldReader fields)
    {
        switch (name)
        {
            case "model":
                return read with { Model = Filled(fields.TextOrNull(value, param, MaxNameLength)) };
            case "language":
                return read with { Language = Filled(fields.TextOrNull(value, param, MaxNameLength)) };
            case "prompt":
                return read with { Prompt = Filled(fields.TextOrNull(value, param, MaxPromptLength)) };
            case "languages":
                return read with { Languages = ReadNames(value, param, MaxLanguages, fields) };
            case "keywords":
                return read with { Keywords = ReadNames(value, param, MaxKeywords, fields) };
            case "delay":
                var delay = value.ValueKind == JsonValueKind.Null ? null : fields.Choice(value, param,
                    ("minimal", "minimal"), ("low", "low"), ("medium", "medium"), ("high", "high"), ("xhigh", "xhigh"));
                return read with { Delay = delay };
            default:
                fields.RefuseUnknown(param);
                return read;
        }
    }

    private static string[]? ReadNames(JsonElement value, string param, int max, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, param)) return null;
        if (value.GetArrayLength() > max) fields.Refuse(param, "array_above_max_length", $"Invalid '{param}': at most {max} are accepted.");
        var names = new List<string>();
        foreach (var entry in value.EnumerateArray())
        {
            if (fields.Error is not null) return null;
            names.Add(fields.Text(entry, $"{param}[{names.Count}]", MaxNameLength));
        }
        return names.Count == 0 ? null : [.. names];
    }

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
