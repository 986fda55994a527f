namespace Parley.Conversation;

/// <summary>
/// Turns items into what a model may be shown. Every tool call is followed by its outcome: its own output, wherever that
/// stands, or else <see cref="CancelledOutput"/>. Outputs without a call, calls that were never written to their end, items that are
/// still being made, and replies of which nothing was heard are left out. The call of an MCP server's tool is a call like others;
/// what else belongs to MCP is between client and server.
/// </summary>
public static class History
{
    /// <summary>The outcome of a call that has none: a model must not wait for it, nor make the result up.</summary>
    public const string CancelledOutput = "cancelled: no result was returned";

    /// <summary>The outcome of an MCP call whose tool has not answered yet: a model must not call it again.</summary>
    public const string PendingOutput = "pending: the tool has not answered yet";

    public static IReadOnlyList<ConversationItem> Of(IReadOnlyList<ConversationItem> items)
    {
        var outputs = new Dictionary<string, ToolOutputItem>(StringComparer.Ordinal);
        foreach (var output in items.OfType<ToolOutputItem>()) outputs.TryAdd(output.CallId, output);

        var history = new List<ConversationItem>(items.Count);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Status == ItemStatus.InProgress) continue;
            switch (item)
            {
                case ToolOutputItem:
                case MessageItem { Role: MessageRole.Assistant, Text: "" }:
                case ToolCallItem { Status: ItemStatus.Incomplete }:
                case ToolCallItem repeated when !calls.Add(repeated.CallId):
                    break;
                case McpCallItem { Status: ItemStatus.Incomplete } or McpListToolsItem or McpApprovalRequestItem or McpApprovalResponseItem:
                    break;
                case McpCallItem call:
                    history.Add(new ToolCallItem(call.Id, call.Id, call.ModelName, call.Arguments));
                    history.Add(new ToolOutputItem("", call.Id, call.Output ?? (call.Error is { } error ? $"error: {error.Message}" : PendingOutput)));
                    break;
                case ToolCallItem call:
                    history.Add(call);
                    history.Add(outputs.GetValueOrDefault(call.CallId) ?? new ToolOutputItem("", call.CallId, CancelledOutput));
                    break;
                default:
                    history.Add(item);
                    break;
            }
        }
        return history;
    }
}
