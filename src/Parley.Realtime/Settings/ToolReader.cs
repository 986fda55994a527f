using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolReader
{
    private const int MaxTools = 128;
    private const int MaxNameLength = 64;
    private const string NoParameters = """{"type":"object","properties":{}}""";

    public static IReadOnlyList<FunctionTool> ReadTools(JsonElement value, string path, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, path)) return [];
        if (value.GetArrayLength() > MaxTools)
            fields.Refuse(path, "array_above_max_length", $"At most {MaxTools} tools are accepted.");
        var tools = new List<FunctionTool>();
        foreach (var tool in value.EnumerateArray())
        {
            if (fields.Error is not null) return [];
            tools.Add(ReadTool(tool, $"{path}[{tools.Count}]", fields));
        }
        return tools;
    }

    public static ToolChoice ReadChoice(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return ToolChoice.Auto;
        if (value.ValueKind == JsonValueKind.String)
            return new ToolChoice(fields.Choice(value, param, ("auto", ToolChoiceMode.Auto), ("none", ToolChoiceMode.None),
                ("required", ToolChoiceMode.Required)));
        if (!fields.IsObject(value, param)) return ToolChoice.Auto;
        value.TryGetProperty("type", out var type);
        fields.Choice(type, $"{param}.type", ("function", true));
        return new ToolChoice(ToolChoiceMode.Function, fields.RequiredText(value, "name", $"{param}.name", MaxNameLength));
    }

    private static FunctionTool ReadTool(JsonElement tool, string path, FieldReader fields)
    {
        if (!fields.IsObject(tool, path)) return new FunctionTool("", "", NoParameters);
        if (tool.TryGetProperty("type", out var type)) fields.Choice(type, $"{path}.type", ("function", true));
        else fields.RefuseMissing($"{path}.type");
        var name = fields.RequiredText(tool, "name", $"{path}.name", MaxNameLength);
        if (name.Length == 0) fields.Refuse($"{path}.name", "invalid_value", $"Invalid '{path}.name': it is empty.");
        var description = fields.OptionalText(tool, "description", $"{path}.description") ?? "";
        var hasParameters = tool.TryGetProperty("parameters", out var parameters) && parameters.ValueKind != JsonValueKind.Null;
        if (hasParameters) fields.IsObject(parameters, $"{path}.parameters");
        return new FunctionTool(name, description, hasParameters ? parameters.GetRawText() : NoParameters);
    }
}
