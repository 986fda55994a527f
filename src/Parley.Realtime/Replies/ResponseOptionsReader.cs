using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Replies;

/// <summary>Reads the <c>response</c> object of <c>response.create</c>.</summary>
internal static class ResponseOptionsReader
{
    private const int MaxInputItems = 1000;
    private const int MaxMetadataPairs = 16;
    private const int MaxMetadataKey = 64;
    private const int MaxMetadataValue = 512;

    public static ResponseOptions Read(JsonElement response, SessionContext context, FieldReader fields)
    {
        const string path = "response";
        var options = new ResponseOptions(context.Settings);
        if (response.ValueKind == JsonValueKind.Null || !fields.IsObject(response, path)) return options;
        foreach (var property in response.EnumerateObject())
        {
            if (fields.Error is not null) break;
            var (value, param) = (property.Value, $"{path}.{property.Name}");
            switch (property.Name)
            {
                case "conversation":
                    options = options with
                    {
                        IsOutOfBand = value.ValueKind != JsonValueKind.Null && fields.Choice(value, param, ("auto", false), ("none", true)),
                    };
                    break;
                case "metadata":
                    options = options with { MetadataJson = ReadMetadata(value, param, fields) };
                    break;
                case "input":
                    options = options with { Input = ReadInput(value, param, context, fields) };
                    break;
                case "audio":
                    options = options with { Settings = ReadAudio(value, options.Settings, param, fields) };
                    break;
                default:
                    var settings = options.Settings;
                    if (!SessionSettingsReader.TryApplyShared(property.Name, value, param, ref settings, fields)) fields.RefuseUnknown(param);
                    options = options with { Settings = settings, HasOwnTools = options.HasOwnTools || property.Name == "tools" };
                    break;
            }
        }
        if (options is { IsOutOfBand: true, HasOwnTools: true, Settings.McpTools.Count: > 0 })
            fields.Refuse($"{path}.tools", "unsupported_parameter", "What MCP tools bring becomes part of the conversation, so that a response outside of it has none.");
        return options;
    }

    private static SessionSettings ReadAudio(JsonElement audio, SessionSettings settings, string path, FieldReader fields)
    {
        if (audio.ValueKind == JsonValueKind.Null || !fields.IsObject(audio, path)) return settings;
        foreach (var property in audio.EnumerateObject())
        {
            var param = $"{path}.{property.Name}";
            if (property.Name == "output") settings = AudioSettingsReader.ApplyOutput(property.Value, settings, param, fields);
            else fields.RefuseUnknown(param);
        }
        return settings;
    }

    private static string? ReadMetadata(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, param)) return null;
        var pairs = 0;
        foreach (var pair in value.EnumerateObject())
        {
            if (++pairs > MaxMetadataPairs || pair.Name.Length > MaxMetadataKey)
                fields.Refuse(param, "invalid_value",
                    $"Invalid '{param}': at most {MaxMetadataPairs} pairs with keys of at most {MaxMetadataKey} characters.");
            if (fields.Error is not null) return null;
            fields.Text(pair.Value, $"{param}.{pair.Name}", MaxMetadataValue);
        }
        return value.GetRawText();
    }

    private static List<ConversationItem>? ReadInput(JsonElement value, string path, SessionContext context, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, path)) return null;
        if (value.GetArrayLength() > MaxInputItems)
            fields.Refuse(path, "array_above_max_length", $"At most {MaxInputItems} input items are accepted.");
        var items = new List<ConversationItem>();
        foreach (var element in value.EnumerateArray())
        {
            if (fields.Error is not null) return null;
            var param = $"{path}[{items.Count}]";
            var item = IsReference(element)
                ? FindReferenced(element, param, context, fields)
                : ItemReader.Read(element, param, fields, context.Ids.Next);
            if (item is not null) items.Add(item);
        }
        return items;
    }

    private static bool IsReference(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String && type.ValueEquals("item_reference");

    private static ConversationItem? FindReferenced(JsonElement element, string param, SessionContext context, FieldReader fields)
    {
        var id = fields.RequiredText(element, "id", $"{param}.id");
        if (fields.Error is null && context.Log.TryFind(id, out var item)) return item;
        fields.Refuse($"{param}.id", "item_not_found", $"The conversation has no item with the id '{id}'.");
        return null;
    }
}
