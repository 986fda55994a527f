using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Protocol;

/// <summary>Reads the items that clients create.</summary>
internal static class ItemReader
{
    private const int MaxIdLength = 128;
    private const int MaxContentParts = 64;

    /// <summary>Null: <paramref name="fields"/> holds the error.</summary>
    /// <param name="newId">Gives the id where the client chose none.</param>
    public static ConversationItem? Read(JsonElement item, string param, FieldReader fields, Func<string> newId)
    {
        if (!fields.IsObject(item, param)) return null;
        var type = fields.RequiredText(item, "type", $"{param}.type");
        var id = fields.OptionalText(item, "id", $"{param}.id", MaxIdLength);
        if (fields.Error is not null) return null;
        if (string.IsNullOrEmpty(id)) id = newId();

        ConversationItem? read = type switch
        {
            "message" => ReadMessage(item, id, param, fields),
            "function_call" => new ToolCallItem(id, RequiredName(item, "call_id", param, fields),
                RequiredName(item, "name", param, fields), fields.RequiredText(item, "arguments", $"{param}.arguments")),
            "function_call_output" => new ToolOutputItem(id, RequiredName(item, "call_id", param, fields),
                fields.RequiredText(item, "output", $"{param}.output")),
            _ => null,
        };
        if (read is null && fields.Error is null)
            fields.Refuse($"{param}.type", "invalid_value",
                $"Invalid value: '{type}'. Supported values are: 'message', 'function_call', 'function_call_output'.");
        return fields.Error is null ? read : null;
    }

    private static string RequiredName(JsonElement item, string name, string param, FieldReader fields)
    {
        var text = fields.RequiredText(item, name, $"{param}.{name}", MaxIdLength);
        if (text.Length == 0) fields.Refuse($"{param}.{name}", "invalid_value", $"Invalid '{param}.{name}': it is empty.");
        return text;
    }

    private static MessageItem? ReadMessage(JsonElement item, string id, string param, FieldReader fields)
    {
        if (!item.TryGetProperty("role", out var roleValue)) fields.RefuseMissing($"{param}.role");
        var role = fields.Choice(roleValue, $"{param}.role",
            ("user", MessageRole.User), ("assistant", MessageRole.Assistant), ("system", MessageRole.System));
        if (!item.TryGetProperty("content", out var content)) fields.RefuseMissing($"{param}.content");
        if (fields.Error is not null || !fields.IsArray(content, $"{param}.content")) return null;
        if (content.GetArrayLength() > MaxContentParts)
            fields.Refuse($"{param}.content", "array_above_max_length", $"At most {MaxContentParts} content parts are accepted.");

        var parts = new List<ContentPart>();
        foreach (var part in content.EnumerateArray())
        {
            if (fields.Error is not null) return null;
            parts.Add(ReadPart(part, role, $"{param}.content[{parts.Count}]", fields));
        }
        return new MessageItem(id, role, parts);
    }

    private static ContentPart ReadPart(JsonElement part, MessageRole role, string param, FieldReader fields)
    {
        if (!fields.IsObject(part, param)) return new ContentPart(ContentKind.Text, "");
        var type = fields.RequiredText(part, "type", $"{param}.type");
        switch (type, role)
        {
            case ("input_text", MessageRole.User or MessageRole.System):
            case ("output_text", MessageRole.Assistant):
            case ("text", _): // the name before general availability
                return new ContentPart(ContentKind.Text, fields.RequiredText(part, "text", $"{param}.text"));
            case ("input_audio", MessageRole.User) when !HasTranscript(part):
                fields.Refuse($"{param}.type", "unsupported_content",
                    "Recorded audio is not accepted in items: send it with a transcript, or as input_text.");
                break;
            case ("input_audio", MessageRole.User):
            case ("output_audio" or "audio", MessageRole.Assistant):
                return new ContentPart(ContentKind.Audio, fields.RequiredText(part, "transcript", $"{param}.transcript"));
            case ("input_image", _):
                fields.Refuse($"{param}.type", "unsupported_content", "Images are not accepted.");
                break;
            default:
                fields.Refuse($"{param}.type", "invalid_value",
                    $"Invalid value: '{type}' is not a content type of this role.");
                break;
        }
        return new ContentPart(ContentKind.Text, "");
    }

    private static bool HasTranscript(JsonElement part) =>
        part.TryGetProperty("transcript", out var transcript) && transcript.ValueKind == JsonValueKind.String;
}
