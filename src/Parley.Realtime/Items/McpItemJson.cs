using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Items;

/// <summary>Writes the fields of MCP items. They have no <c>status</c> in the API.</summary>
internal static class McpItemJson
{
    public static void WriteTools(Utf8JsonWriter json, McpListToolsItem item)
    {
        json.WriteString("type", "mcp_list_tools");
        json.WriteString("server_label", item.ServerLabel);
        json.WriteStartArray("tools");
        foreach (var tool in item.Tools)
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("input_schema");
            json.WriteRawValue(tool.InputSchemaJson);
            json.WritePropertyName("annotations");
            json.WriteRawValue(tool.AnnotationsJson ?? "null");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteCall(Utf8JsonWriter json, McpCallItem item)
    {
        json.WriteString("type", "mcp_call");
        WriteTarget(json, item.ServerLabel, item.Name, item.Arguments);
        json.WriteString("approval_request_id", item.ApprovalRequestId);
        json.WriteString("output", item.Output);
        json.WritePropertyName("error");
        if (item.Error is { } error) WriteError(json, error);
        else json.WriteNullValue();
    }

    public static void WriteApprovalRequest(Utf8JsonWriter json, McpApprovalRequestItem item)
    {
        json.WriteString("type", "mcp_approval_request");
        WriteTarget(json, item.ServerLabel, item.Name, item.Arguments);
    }

    public static void WriteApprovalResponse(Utf8JsonWriter json, McpApprovalResponseItem item)
    {
        json.WriteString("type", "mcp_approval_response");
        json.WriteString("approval_request_id", item.ApprovalRequestId);
        json.WriteBoolean("approve", item.IsApproved);
        json.WriteString("reason", item.Reason);
    }

    public static void WriteError(Utf8JsonWriter json, McpError error)
    {
        json.WriteStartObject();
        json.WriteString("type", error.Kind switch
        {
            McpErrorKind.Http => "http_error",
            McpErrorKind.Protocol => "protocol_error",
            _ => "tool_execution_error",
        });
        if (error.Code is { } code) json.WriteNumber("code", code);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, string serverLabel, string name, string arguments)
    {
        json.WriteString("server_label", serverLabel);
        json.WriteString("name", name);
        json.WriteString("arguments", arguments);
    }
}
