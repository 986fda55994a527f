using System.Diagnostics.CodeAnalysis;

namespace Parley.Conversation;

/// <summary>
/// The items of one conversation, in order. Bounded: <see cref="TryInsert"/> refuses what does not fit. Not thread-safe;
/// what leaves it are immutable items and snapshots.
/// </summary>
public sealed class ConversationLog
{
    /// <summary>More items than an hour of talk brings.</summary>
    public const int MaxItems = 10_000;

    /// <summary>Characters of text, arguments and outputs that all items together may hold.</summary>
    public const int MaxTextLength = 4_000_000;

    /// <summary>Characters of all images together.</summary>
    public const int MaxImageLength = 16_000_000;

    private readonly List<ConversationItem> _items = [];
    private readonly Dictionary<string, ConversationItem> _byId = new(StringComparer.Ordinal);
    private int _textLength;
    private int _imageLength;

    public IReadOnlyList<ConversationItem> Items => _items;

    /// <summary>The id of the last item; null when there is none.</summary>
    public string? LastId => _items.Count == 0 ? null : _items[^1].Id;

    /// <summary>Puts an item after the one with the id <paramref name="previousId"/>; null: at the beginning.</summary>
    public LogStatus TryInsert(ConversationItem item, string? previousId)
    {
        if (!HasRoomFor(item)) return LogStatus.Full;
        if (_byId.ContainsKey(item.Id)) return LogStatus.DuplicateId;
        var index = previousId is null ? 0 : IndexOf(previousId) + 1;
        if (previousId is not null && index == 0) return LogStatus.UnknownPreviousItem;
        var status = CheckPairing(item);
        if (status != LogStatus.Ok) return status;
        _items.Insert(index, item);
        _byId.Add(item.Id, item);
        _textLength += TextLength(item);
        _imageLength += ImageLength(item);
        return LogStatus.Ok;
    }

    /// <summary>
    /// Takes the items of an earlier log into this empty one, as they stood: calls without outputs, and outputs without calls, too.
    /// What is there twice, or does not fit, is left out.
    /// </summary>
    public void Restore(IEnumerable<ConversationItem> items)
    {
        foreach (var item in items)
        {
            if (!HasRoomFor(item) || !_byId.TryAdd(item.Id, item)) continue;
            _items.Add(item);
            _textLength += TextLength(item);
            _imageLength += ImageLength(item);
        }
    }

    public LogStatus TryAppend(ConversationItem item) => TryInsert(item, LastId);

    public bool TryFind(string id, [NotNullWhen(true)] out ConversationItem? item) => _byId.TryGetValue(id, out item);

    /// <summary>The item before the one with this id; null when it is the first, or unknown.</summary>
    public string? PreviousId(string id) => IndexOf(id) is > 0 and var index ? _items[index - 1].Id : null;

    /// <summary>Puts an item in the place of the one with the same id. False: there is none.</summary>
    public bool TryReplace(ConversationItem item)
    {
        if (!_byId.TryGetValue(item.Id, out var old)) return false;
        _textLength += TextLength(item) - TextLength(old);
        _imageLength += ImageLength(item) - ImageLength(old);
        _items[IndexOf(item.Id)] = item;
        _byId[item.Id] = item;
        return true;
    }

    /// <summary>The same for an item that is in progress. False: there is none; a client may have deleted it, and given its id to another.</summary>
    public bool TryFinish(ConversationItem item) =>
        _byId.TryGetValue(item.Id, out var old) && old.Status == ItemStatus.InProgress && TryReplace(item);

    public bool TryDelete(string id)
    {
        if (!_byId.Remove(id, out var item)) return false;
        _textLength -= TextLength(item);
        _imageLength -= ImageLength(item);
        _items.RemoveAt(IndexOf(id));
        return true;
    }

    /// <summary>What a model is to see of the conversation now. See <see cref="History"/>.</summary>
    public IReadOnlyList<ConversationItem> Snapshot() => History.Of(_items);

    private bool HasRoomFor(ConversationItem item) =>
        _items.Count < MaxItems && _textLength + TextLength(item) <= MaxTextLength && _imageLength + ImageLength(item) <= MaxImageLength;

    private LogStatus CheckPairing(ConversationItem item) => item switch
    {
        ToolCallItem call when _items.OfType<ToolCallItem>().Any(other => other.CallId == call.CallId) => LogStatus.DuplicateCallId,
        ToolOutputItem output when !_items.OfType<ToolCallItem>().Any(call => call.CallId == output.CallId) => LogStatus.UnknownCallId,
        ToolOutputItem output when _items.OfType<ToolOutputItem>().Any(other => other.CallId == output.CallId) => LogStatus.DuplicateOutput,
        _ => LogStatus.Ok,
    };

    private static int TextLength(ConversationItem item) => item switch
    {
        MessageItem message => message.Content.Sum(part => part.Text?.Length ?? 0),
        ToolCallItem call => call.Name.Length + call.Arguments.Length,
        ToolOutputItem output => output.Output.Length,
        McpListToolsItem list => list.Tools.Sum(tool => tool.Name.Length + tool.Description.Length + tool.InputSchemaJson.Length),
        McpCallItem call => call.Name.Length + call.Arguments.Length + (call.Output?.Length ?? 0),
        McpApprovalRequestItem request => request.Name.Length + request.Arguments.Length,
        McpApprovalResponseItem response => response.Reason?.Length ?? 0,
        _ => 0,
    };

    private static int ImageLength(ConversationItem item) =>
        item is MessageItem message ? message.Content.Sum(part => part.ImageUrl?.Length ?? 0) : 0;

    private int IndexOf(string id)
    {
        for (var i = _items.Count - 1; i >= 0; i--)
            if (_items[i].Id == id) return i;
        return -1;
    }
}

public enum LogStatus { Ok, Full, DuplicateId, UnknownPreviousItem, DuplicateCallId, UnknownCallId, DuplicateOutput }
