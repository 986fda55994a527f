using System.Text.Json;

namespace Parley.Realtime.Settings;

/// <summary>Writes a <c>tools</c> entry of the type <c>mcp</c>, without <c>authorization</c> and <c>headers</c>: all who listen to a session would see them.</summary>
internal static class McpToolWriter
{
    public static void Write(Utf8JsonWriter json, McpToolSettings tool)
    {
        json.WriteStartObject();
        json.WriteString("type", "mcp");
        json.WriteString("server_label", tool.Server.Label);
        json.WriteString("server_url", tool.Server.Url.OriginalString);
        if (tool.Description is { } description) json.WriteString("server_description", description);
        json.WritePropertyName("allowed_tools");
        WriteFilter(json, tool.Allowed);
        WriteApproval(json, tool.Approval);
        json.WriteEndObject();
    }

    private static void WriteApproval(Utf8JsonWriter json, McpApproval approval)
    {
        if (approval == McpApproval.Always || approval == McpApproval.Never)
        {
            json.WriteString("require_approval", approval == McpApproval.Always ? "always" : "never");
            return;
        }
        json.WriteStartObject("require_approval");
        WriteFilter(json, "always", approval.AlwaysFor);
        WriteFilter(json, "never", approval.NeverFor);
        json.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter json, string name, McpToolFilter? filter)
    {
        if (filter is null) return;
        json.WritePropertyName(name);
        WriteFilter(json, filter);
    }

    private static void WriteFilter(Utf8JsonWriter json, McpToolFilter? filter)
    {
        if (filter is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        if (filter.Names is { } names)
        {
            json.WriteStartArray("tool_names");
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        }
        if (filter.IsReadOnly is { } isReadOnly) json.WriteBoolean("read_only", isReadOnly);
        json.WriteEndObject();
    }
}
