using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolReader
{
    private const int MaxTools = 128;
    private const int MaxMcpServers = 16;
    private const int MaxNameLength = 64;
    private const int MaxMcpNameLength = 256;
    private const string NoParameters = """{"type":"object","properties":{}}""";

    /// <summary>The settings with these tools: functions of the client, and MCP servers.</summary>
    public static SessionSettings ReadTools(JsonElement value, SessionSettings settings, string path, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsArray(value, path)) return settings with { Tools = [], McpTools = [] };
        if (value.GetArrayLength() > MaxTools)
            fields.Refuse(path, "array_above_max_length", $"At most {MaxTools} tools are accepted.");
        var functions = new List<FunctionTool>();
        var servers = new List<McpToolSettings>();
        foreach (var tool in value.EnumerateArray())
        {
            if (fields.Error is not null) break;
            var param = $"{path}[{functions.Count + servers.Count}]";
            if (!fields.IsObject(tool, param)) break;
            if (!tool.TryGetProperty("type", out var type)) fields.RefuseMissing($"{param}.type");
            else if (fields.Choice(type, $"{param}.type", ("function", false), ("mcp", true))) servers.Add(McpToolReader.Read(tool, param, fields));
            else functions.Add(ReadFunction(tool, param, fields));
        }
        CheckLabels(servers, path, fields);
        return settings with { Tools = functions, McpTools = servers };
    }

    public static ToolChoice ReadChoice(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return ToolChoice.Auto;
        if (value.ValueKind == JsonValueKind.String)
            return new ToolChoice(fields.Choice(value, param, ("auto", ToolChoiceMode.Auto), ("none", ToolChoiceMode.None),
                ("required", ToolChoiceMode.Required)));
        if (!fields.IsObject(value, param)) return ToolChoice.Auto;
        value.TryGetProperty("type", out var type);
        if (!fields.Choice(type, $"{param}.type", ("function", false), ("mcp", true)))
            return new ToolChoice(ToolChoiceMode.Function, fields.RequiredText(value, "name", $"{param}.name", MaxNameLength));
        return new ToolChoice(ToolChoiceMode.Mcp, fields.OptionalText(value, "name", $"{param}.name", MaxMcpNameLength),
            fields.RequiredText(value, "server_label", $"{param}.server_label", McpToolReader.MaxLabelLength));
    }

    private static void CheckLabels(List<McpToolSettings> servers, string path, FieldReader fields)
    {
        if (servers.Count > MaxMcpServers) fields.Refuse(path, "array_above_max_length", $"At most {MaxMcpServers} MCP servers are accepted.");
        if (servers.CountBy(server => server.Server.Label).FirstOrDefault(pair => pair.Value > 1).Key is { } twice)
            fields.Refuse(path, "invalid_value", $"Invalid '{path}': two MCP servers have the server_label '{twice}'.");
    }

    private static FunctionTool ReadFunction(JsonElement tool, string path, FieldReader fields)
    {
        var name = fields.RequiredText(tool, "name", $"{path}.name", MaxNameLength);
        if (name.Length == 0) fields.Refuse($"{path}.name", "invalid_value", $"Invalid '{path}.name': it is empty.");
        var description = fields.OptionalText(tool, "description", $"{path}.description") ?? "";
        var hasParameters = tool.TryGetProperty("parameters", out var parameters) && parameters.ValueKind != JsonValueKind.Null;
        if (hasParameters) fields.IsObject(parameters, $"{path}.parameters");
        return new FunctionTool(name, description, hasParameters ? parameters.GetRawText() : NoParameters);
    }
}
