namespace Parley.Conversation;

/// <summary>
/// Turns items into what a model may be shown. Every tool call is followed by its outcome: its own output, wherever that
/// stands, or else <see cref="CancelledOutput"/>. Outputs without a call, calls that were never written to their end, items that are
/// still being made, and replies of which nothing was heard are left out.
/// </summary>
public static class History
{
    /// <summary>The outcome of a call that has none: a model must not wait for it, nor make the result up.</summary>
    public const string CancelledOutput = "cancelled: no result was returned";

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
