using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Replies;

/// <summary>
/// What of a history fits into the model's context. The oldest goes first, and a call only together with its output; the newest
/// item stays in any case. What left the conversation's context never comes back, so that the part that stays is the same for many
/// responses and the model's cache of it lives.
/// </summary>
internal sealed class ContextWindow(int maxInputTokens)
{
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);

    /// <summary>The items that are not out of the context for good.</summary>
    public IReadOnlyList<ConversationItem> Without(IReadOnlyList<ConversationItem> items) =>
        _dropped.Count == 0 ? items : [.. items.Where(item => !_dropped.Contains(item.Id))];

    /// <summary>Leaves out what does not fit. False: nothing may be left out, and it does not fit.</summary>
    /// <param name="isConversation">What is left out of <paramref name="history"/> is so from now on.</param>
    public bool TryFit(
        ref IReadOnlyList<ConversationItem> history, SessionSettings settings, IReadOnlyList<FunctionTool> tools, bool isConversation)
    {
        var tokens = history.Sum(TokenEstimate.OfItem);
        var limit = Limit(settings, tools);
        if (tokens <= limit) return true;
        if (settings.Truncation.Kind == TruncationKind.Disabled) return false;

        var target = settings.Truncation.Kind == TruncationKind.RetentionRatio ? (int)(limit * settings.Truncation.RetentionRatio) : limit;
        var first = 0;
        while (tokens > target && Next(history, first) is var next && next < history.Count)
        {
            for (; first < next; first++) tokens -= TokenEstimate.OfItem(history[first]);
        }
        if (isConversation)
            foreach (var item in history.Take(first)) _dropped.Add(item.Id);
        history = [.. history.Skip(first)];
        return true;
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId) => _dropped.Remove(itemId);

    /// <summary>Tokens that the history may have beside the instructions and the tools.</summary>
    private int Limit(SessionSettings settings, IReadOnlyList<FunctionTool> tools)
    {
        var room = Math.Max(0, maxInputTokens - TokenEstimate.OfText(settings.Instructions) - tools.Sum(TokenEstimate.OfTool));
        return Math.Min(room, settings.Truncation.PostInstructionsTokens ?? room);
    }

    /// <summary>A call and its output are one.</summary>
    private static int Next(IReadOnlyList<ConversationItem> history, int index) =>
        history[index] is ToolCallItem && index + 1 < history.Count && history[index + 1] is ToolOutputItem ? index + 2 : index + 1;
}
