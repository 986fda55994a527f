using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Items;

/// <summary>Reads the items that clients create. Fields that no item has are left aside: clients send back what they hold.</summary>
internal static class ItemReader
{
    private const int MaxIdLength = 128;
    private const int MaxContentParts = 64;
    internal const int MaxTextLength = 256 * 1024;

    /// <summary>Null: <paramref name="fields"/> holds the error.</summary>
    /// <param name="newId">Gives the id where the client chose none.</param>
    /// <param name="recordings">Takes the sound of the item; null: an item without a transcript cannot be taken here.</param>
    public static ConversationItem? Read(
        JsonElement item, string param, FieldReader fields, Func<string, string> newId, RecordingReader? recordings = null)
    {
        if (!fields.IsObject(item, param)) return null;
        var type = fields.RequiredText(item, "type", $"{param}.type");
        var id = fields.OptionalText(item, "id", $"{param}.id", MaxIdLength);
        if (item.TryGetProperty("object", out var @object)) fields.Choice(@object, $"{param}.object", ("realtime.item", true));
        // It has no effect on the conversation: what a client puts in is whole.
        if (item.TryGetProperty("status", out var status) && status.ValueKind != JsonValueKind.Null)
            fields.Choice(status, $"{param}.status", ("completed", true), ("incomplete", true), ("in_progress", true));
        if (fields.Error is not null) return null;
        if (string.IsNullOrEmpty(id)) id = newId("item_");

        ConversationItem? read = type switch
        {
            "message" => ReadMessage(item, id, param, fields, recordings),
            "function_call" => ReadCall(item, id, param, fields, newId),
            "function_call_output" => new ToolOutputItem(id, RequiredName(item, "call_id", param, fields),
                fields.RequiredText(item, "output", $"{param}.output", MaxTextLength)),
            "mcp_call" => McpItemReader.ReadCall(item, id, param, fields),
            "mcp_approval_response" => McpItemReader.ReadApprovalResponse(item, id, param, fields),
            _ => null,
        };
        if (read is null && fields.Error is null)
            fields.Refuse($"{param}.type", "invalid_value",
                $"Invalid value: '{type}'. Supported values are: 'message', 'function_call', 'function_call_output', 'mcp_call', 'mcp_approval_response'.");
        return fields.Error is null ? read : null;
    }

    private static ToolCallItem ReadCall(JsonElement item, string id, string param, FieldReader fields, Func<string, string> newId)
    {
        var callId = fields.OptionalText(item, "call_id", $"{param}.call_id", MaxIdLength);
        if (string.IsNullOrEmpty(callId)) callId = newId("call_");
        return new ToolCallItem(id, callId, RequiredName(item, "name", param, fields),
            fields.RequiredText(item, "arguments", $"{param}.arguments", MaxTextLength));
    }

    internal static string RequiredName(JsonElement item, string name, string param, FieldReader fields)
    {
        var text = fields.RequiredText(item, name, $"{param}.{name}", MaxIdLength);
        if (text.Length == 0) fields.Refuse($"{param}.{name}", "invalid_value", $"Invalid '{param}.{name}': it is empty.");
        return text;
    }

    private static MessageItem? ReadMessage(JsonElement item, string id, string param, FieldReader fields, RecordingReader? recordings)
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
            parts.Add(ReadPart(part, role, parts.Count, $"{param}.content[{parts.Count}]", fields, recordings));
        }
        if (parts.Sum(part => part.Text?.Length ?? 0) > MaxTextLength) RefuseLong($"{param}.content", fields);
        return new MessageItem(id, role, parts);
    }

    private static ContentPart ReadPart(
        JsonElement part, MessageRole role, int index, string param, FieldReader fields, RecordingReader? recordings)
    {
        if (!fields.IsObject(part, param)) return new ContentPart(ContentKind.Text, "");
        var type = fields.RequiredText(part, "type", $"{param}.type");
        switch (type, role)
        {
            case ("input_text", MessageRole.User or MessageRole.System):
            case ("output_text", MessageRole.Assistant):
            case ("text", _): // the name before general availability
                return new ContentPart(ContentKind.Text, fields.RequiredText(part, "text", $"{param}.text", MaxTextLength));
            case ("input_audio", MessageRole.User):
            case ("output_audio" or "audio", MessageRole.Assistant):
                return ReadAudio(part, role, index, param, fields, recordings);
            case ("input_image", MessageRole.User):
                return ReadImage(part, param, fields);
            default:
                fields.Refuse($"{param}.type", "invalid_value", $"Invalid value: '{type}' is not a content type of this role.");
                return new ContentPart(ContentKind.Text, "");
        }
    }

    private static ContentPart ReadAudio(
        JsonElement part, MessageRole role, int index, string param, FieldReader fields, RecordingReader? recordings)
    {
        var transcript = fields.OptionalText(part, "transcript", $"{param}.transcript", MaxTextLength);
        if (transcript is null && (role == MessageRole.Assistant || recordings is null))
            fields.Refuse($"{param}.transcript", "missing_required_parameter", role == MessageRole.Assistant
                ? $"Missing required parameter: '{param}.transcript'."
                : "Audio in the input of a response needs its transcript: or create an item of it, and refer to that.");
        else
            recordings?.Read(part, role, index, transcript, param);
        return new ContentPart(ContentKind.Audio, transcript) { AudioDuration = recordings?.DurationOf(index) ?? TimeSpan.Zero };
    }

    /// <summary>The picture itself: what lies at an address is not fetched, neither here nor for a model.</summary>
    private static ContentPart ReadImage(JsonElement part, string param, FieldReader fields)
    {
        if (part.TryGetProperty("detail", out var detail) && detail.ValueKind != JsonValueKind.Null)
            fields.Choice(detail, $"{param}.detail", ("auto", true), ("low", true), ("high", true));
        var url = fields.RequiredText(part, "image_url", $"{param}.image_url");
        var isImage = url.StartsWith("data:image/png;base64,", StringComparison.Ordinal) || url.StartsWith("data:image/jpeg;base64,", StringComparison.Ordinal);
        var base64 = url.AsSpan(Math.Min(url.Length, url.IndexOf(',', StringComparison.Ordinal) + 1));
        if (!isImage || base64.IsEmpty || !System.Buffers.Text.Base64.IsValid(base64))
            fields.Refuse($"{param}.image_url", "invalid_value", $"Invalid '{param}.image_url': expected 'data:image/png;base64,…' or 'data:image/jpeg;base64,…'.");
        return ContentPart.Image(url);
    }

    private static void RefuseLong(string param, FieldReader fields) => fields.Refuse(param, "string_above_max_length",
        $"Invalid '{param}': string too long. Expected at most {MaxTextLength} characters.");
}
