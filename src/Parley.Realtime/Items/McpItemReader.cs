using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Items;

/// <summary>Reads the MCP items that clients create: an answer to a request for approval, and a call that is history.</summary>
internal static class McpItemReader
{
    public static McpApprovalResponseItem ReadApprovalResponse(JsonElement item, string id, string param, FieldReader fields)
    {
        var request = ItemReader.RequiredName(item, "approval_request_id", param, fields);
        if (!item.TryGetProperty("approve", out var approve)) fields.RefuseMissing($"{param}.approve");
        return new McpApprovalResponseItem(id, request, fields.Boolean(approve, $"{param}.approve"),
            fields.OptionalText(item, "reason", $"{param}.reason", ItemReader.MaxTextLength));
    }

    /// <summary>One without an outcome is not made again: only a model calls tools.</summary>
    public static McpCallItem ReadCall(JsonElement item, string id, string param, FieldReader fields)
    {
        var output = fields.OptionalText(item, "output", $"{param}.output", ItemReader.MaxTextLength);
        var call = new McpCallItem(id, ItemReader.RequiredName(item, "server_label", param, fields), ItemReader.RequiredName(item, "name", param, fields),
            fields.RequiredText(item, "arguments", $"{param}.arguments", ItemReader.MaxTextLength)) { Output = output };
        if (output is not null) return call;
        if (item.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null && fields.IsObject(error, $"{param}.error"))
            return call with { Error = McpError.ToolExecution(fields.OptionalText(error, "message", $"{param}.error.message", ItemReader.MaxTextLength) ?? "") };
        fields.Refuse($"{param}.output", "missing_required_parameter", "A call that is put into the conversation needs its output, or its error.");
        return call;
    }
}
