using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>
/// Applies a partial <c>session</c> object: only the fields that are present change; null, "" and [] clear. All or nothing.
/// </summary>
internal static class SessionSettingsReader
{
    private const string Path = "session";
    private const int MaxOutputTokensLimit = 4096;
    private const int MaxPostInstructionsTokens = 10_000_000;
    private const int MaxTraceNameLength = 512;
    private const int MaxTraceMetadataLength = 16 * 1024;

    /// <summary>The settings with the update; the old ones when <paramref name="fields"/> holds an error.</summary>
    public static SessionSettings Apply(JsonElement session, SessionSettings settings, FieldReader fields)
    {
        if (!fields.IsObject(session, Path)) return settings;
        // First, because it says which other fields there are.
        var updated = settings;
        if (session.TryGetProperty("type", out var type)) updated = updated with { Kind = ReadKind(type, $"{Path}.type", fields) };
        foreach (var property in session.EnumerateObject())
        {
            if (fields.Error is not null) break;
            Apply(property.Name, property.Value, $"{Path}.{property.Name}", ref updated, fields);
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
                settings = ToolReader.ReadTools(value, settings, param, fields);
                return true;
            case "tool_choice":
                settings = settings with { ToolChoice = ToolReader.ReadChoice(value, param, fields) };
                return true;
            case "max_output_tokens":
                settings = settings with { MaxOutputTokens = ReadMaxOutputTokens(value, param, fields) };
                return true;
            case "parallel_tool_calls":
                settings = settings with { ParallelToolCalls = value.ValueKind == JsonValueKind.Null ? null : fields.Boolean(value, param) };
                return true;
            case "reasoning":
                settings = settings with { ReasoningEffort = ReadReasoning(value, settings.ReasoningEffort, param, fields) };
                return true;
            case "prompt":
                RefusePrompt(value, param, fields);
                return true;
            default:
                return false;
        }
    }

    public static int? ReadMaxOutputTokens(JsonElement value, string param, FieldReader fields) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => fields.Choice<int?>(value, param, ("inf", null)),
        _ => fields.Integer(value, param, 1, MaxOutputTokensLimit),
    };

    public static bool ReadInclude(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, param)) return false;
        var includes = false;
        var index = 0;
        foreach (var entry in value.EnumerateArray())
        {
            if (fields.Error is not null) break;
            includes = fields.Choice(entry, $"{param}[{index++}]", ("item.input_audio_transcription.logprobs", true));
        }
        return includes;
    }

    public static TracingSettings? ReadTracing(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String) return fields.Choice(value, param, ("auto", TracingSettings.Auto));
        if (!fields.IsObject(value, param)) return null;
        var read = TracingSettings.Auto;
        foreach (var property in value.EnumerateObject())
        {
            var (field, name) = (property.Value, $"{param}.{property.Name}");
            switch (property.Name)
            {
                case "workflow_name":
                    read = read with { WorkflowName = fields.TextOrNull(field, name, MaxTraceNameLength) };
                    break;
                case "group_id":
                    read = read with { GroupId = fields.TextOrNull(field, name, MaxTraceNameLength) };
                    break;
                case "metadata":
                    read = read with { MetadataJson = ReadTraceMetadata(field, name, fields) };
                    break;
                default:
                    fields.RefuseUnknown(name);
                    break;
            }
        }
        return read;
    }

    public static Truncation ReadTruncation(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return Truncation.Auto;
        if (value.ValueKind == JsonValueKind.String)
            return fields.Choice(value, param, ("auto", Truncation.Auto), ("disabled", Truncation.Disabled));
        if (!fields.IsObject(value, param)) return Truncation.Auto;
        var read = new Truncation(TruncationKind.RetentionRatio);
        if (!value.TryGetProperty("type", out var type)) fields.RefuseMissing($"{param}.type");
        if (!value.TryGetProperty("retention_ratio", out _)) fields.RefuseMissing($"{param}.retention_ratio");
        foreach (var property in value.EnumerateObject())
        {
            if (fields.Error is not null) break;
            var (field, name) = (property.Value, $"{param}.{property.Name}");
            switch (property.Name)
            {
                case "type":
                    fields.Choice(type, name, ("retention_ratio", true));
                    break;
                case "retention_ratio":
                    read = read with { RetentionRatio = fields.Number(field, name, 0, 1) };
                    break;
                case "token_limits":
                    read = read with { PostInstructionsTokens = ReadTokenLimits(field, name, fields) };
                    break;
                default:
                    fields.RefuseUnknown(name);
                    break;
            }
        }
        return read;
    }

    public static void RefusePrompt(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind != JsonValueKind.Null)
            fields.Refuse(param, "unsupported_parameter", "Stored prompts are not kept here: send the text as instructions.");
    }

    private static void Apply(string name, JsonElement value, string param, ref SessionSettings settings, FieldReader fields)
    {
        switch (name)
        {
            case "type":       // was read before
            case "model":      // it cannot change, but clients send it again with every update
            case "id":         // fields of session.created that clients send back as they came
            case "object":
            case "expires_at":
                break;
            case "audio":
                settings = AudioSettingsReader.Apply(value, settings, param, fields);
                break;
            case "include":
                settings = settings with { IncludesLogprobs = ReadInclude(value, param, fields) };
                break;
            case "tracing" when settings.Kind == SessionKind.Realtime:
                settings = settings with { Tracing = ReadTracing(value, param, fields) };
                break;
            case "truncation" when settings.Kind == SessionKind.Realtime:
                settings = settings with { Truncation = ReadTruncation(value, param, fields) };
                break;
            default:
                if (settings.Kind == SessionKind.Transcription || !TryApplyShared(name, value, param, ref settings, fields))
                    fields.RefuseUnknown(param);
                break;
        }
    }

    private static SessionKind ReadKind(JsonElement value, string param, FieldReader fields) =>
        fields.Choice(value, param, ("realtime", SessionKind.Realtime), ("transcription", SessionKind.Transcription));

    private static bool ReadIsSpoken(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return true;
        if (!fields.IsArray(value, param)) return true;
        if (value.GetArrayLength() == 1) return fields.Choice(value[0], $"{param}[0]", ("audio", true), ("text", false));
        fields.Refuse(param, "invalid_value", $"Invalid '{param}': supported are ['audio'] and ['text'], not both.");
        return true;
    }

    private static ReasoningEffort? ReadReasoning(JsonElement value, ReasoningEffort? current, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        foreach (var property in value.EnumerateObject())
        {
            var name = $"{param}.{property.Name}";
            if (property.Name != "effort") fields.RefuseUnknown(name);
            else if (property.Value.ValueKind == JsonValueKind.Null) current = null;
            else
                current = fields.Choice(property.Value, name, ("minimal", ReasoningEffort.Minimal), ("low", ReasoningEffort.Low),
                    ("medium", ReasoningEffort.Medium), ("high", ReasoningEffort.High), ("xhigh", ReasoningEffort.ExtraHigh));
        }
        return current;
    }

    private static string? ReadTraceMetadata(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        var json = value.GetRawText();
        if (json.Length > MaxTraceMetadataLength)
            fields.Refuse(param, "string_above_max_length", $"Invalid '{param}': at most {MaxTraceMetadataLength} characters are accepted.");
        return json;
    }

    private static int? ReadTokenLimits(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        int? limit = null;
        foreach (var property in value.EnumerateObject())
        {
            var name = $"{param}.{property.Name}";
            if (property.Name != "post_instructions") fields.RefuseUnknown(name);
            else limit = property.Value.ValueKind == JsonValueKind.Null ? null : fields.Integer(property.Value, name, 0, MaxPostInstructionsTokens);
        }
        return limit;
    }
}
