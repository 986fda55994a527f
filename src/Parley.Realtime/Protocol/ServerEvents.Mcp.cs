using Parley.Conversation;

namespace Parley.Realtime.Protocol;

internal sealed partial class ServerEvents
{
    public void McpListToolsInProgress(string itemId) => McpListTools("in_progress", itemId, error: null);

    public void McpListToolsCompleted(string itemId) => McpListTools("completed", itemId, error: null);

    /// <summary>The reason is an addition to the API's event, which has none.</summary>
    public void McpListToolsFailed(string itemId, McpError error) => McpListTools("failed", itemId, error);

    public void McpCallArgumentsDelta(string responseId, McpCallItem call, string delta)
    {
        BeginMcpArguments("delta", responseId, call);
        _json.WriteString("delta", delta);
        // Clients want the field, which elsewhere hides the length of the delta.
        _json.WriteString("obfuscation", "");
        End();
    }

    public void McpCallArgumentsDone(string responseId, McpCallItem call)
    {
        BeginMcpArguments("done", responseId, call);
        _json.WriteString("arguments", call.Arguments);
        End();
    }

    public void McpCallInProgress(McpCallItem call) => McpCall("in_progress", call);

    public void McpCallCompleted(McpCallItem call) => McpCall("completed", call);

    public void McpCallFailed(McpCallItem call) => McpCall("failed", call);

    private void McpListTools(string kind, string itemId, McpError? error)
    {
        Begin($"mcp_list_tools.{kind}");
        _json.WriteString("item_id", itemId);
        if (error is not null)
        {
            _json.WritePropertyName("error");
            Items.McpItemJson.WriteError(_json, error);
        }
        End();
    }

    private void McpCall(string kind, McpCallItem call)
    {
        Begin($"response.mcp_call.{kind}");
        _json.WriteString("item_id", call.Id);
        _json.WriteNumber("output_index", call.OutputIndex);
        End();
    }

    private void BeginMcpArguments(string kind, string responseId, McpCallItem call)
    {
        Begin($"response.mcp_call_arguments.{kind}");
        _json.WriteString("response_id", responseId);
        _json.WriteString("item_id", call.Id);
        _json.WriteNumber("output_index", call.OutputIndex);
    }
}
