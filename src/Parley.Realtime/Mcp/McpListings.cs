using Parley.Conversation;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Mcp;

/// <summary>
/// The tools of the MCP servers that the client has named: asked for once for each server, and again when the client names it otherwise
/// or when it could not be asked.
/// </summary>
internal sealed class McpListings(SessionContext context)
{
    /// <summary>More tools than a chat model takes.</summary>
    private const int MaxTools = 128;

    /// <summary>Servers that are asked at once: a client may name others again and again.</summary>
    private const int MaxPending = 16;

    /// <summary>Lists that are remembered.</summary>
    private const int MaxKnown = 64;

    private readonly List<McpListing> _listings = [];

    /// <summary>Asks the servers whose tools are not known yet.</summary>
    public void Begin(IReadOnlyList<McpToolSettings> tools)
    {
        foreach (var settings in tools)
            if (Find(settings) is null) Begin(settings);
        while (_listings.Count > MaxKnown && _listings.Find(listing => listing.Tools is not null) is { } oldest) _listings.Remove(oldest);
    }

    public bool IsPending(McpToolSettings settings) => Find(settings) is { Tools: null };

    /// <summary>Empty when they are not known, or not yet.</summary>
    public IReadOnlyList<McpTool> ToolsOf(McpToolSettings settings) => Find(settings)?.Tools ?? [];

    /// <summary>The server that was last named so; null: none was.</summary>
    public McpServer? ServerOf(string label) => _listings.FindLast(listing => listing.Server.Label == label)?.Server;

    /// <summary>False: this item is no list that anybody waits for.</summary>
    public bool TryHandle(string itemId, McpOutcome outcome)
    {
        if (_listings.Find(candidate => candidate.ItemId == itemId && candidate.Tools is null) is not { } listing) return false;
        if (outcome is McpToolsListed listed)
        {
            var tools = listed.Tools.Where(tool => listing.Allowed?.Matches(tool) != false).ToList();
            if (tools.Count <= MaxTools)
            {
                Complete(listing, tools);
                return true;
            }
            outcome = new McpFailed(McpError.Protocol(-32000,
                $"The server has {tools.Count} tools, and at most {MaxTools} can be offered to a model: name some in allowed_tools."));
        }
        Fail(listing, outcome is McpFailed failed ? failed.Error : McpError.Protocol(-32603, "The server answered something else."));
        return true;
    }

    /// <summary>The client deleted the item: what is listed stays known, what is not yet is no longer wanted.</summary>
    public void Forget(string itemId)
    {
        if (_listings.RemoveAll(listing => listing.ItemId == itemId && listing.Tools is null) > 0) context.Commands.Enqueue(new CancelMcp(itemId));
    }

    /// <summary>The session is over.</summary>
    public void CancelAll()
    {
        foreach (var listing in _listings.Where(listing => listing.Tools is null)) context.Commands.Enqueue(new CancelMcp(listing.ItemId));
        _listings.Clear();
    }

    private McpListing? Find(McpToolSettings settings) => _listings.Find(listing => listing.IsOf(settings));

    private void Begin(McpToolSettings settings)
    {
        if (_listings.Count(listing => listing.Tools is null) >= MaxPending)
        {
            context.Events.Error(RealtimeError.Invalid("too_many_mcp_servers",
                $"At most {MaxPending} MCP servers are asked for their tools at once: wait for mcp_list_tools.completed or .failed, and name '{settings.Server.Label}' again."), clientEventId: null);
            return;
        }
        var item = new McpListToolsItem(context.Ids.Next("mcpl_"), settings.Server.Label, []) { Status = ItemStatus.InProgress };
        var previous = context.Log.LastId;
        if (context.Log.TryAppend(item) != LogStatus.Ok)
        {
            context.Events.Error(RealtimeError.Server("conversation_full", "The conversation can hold no more items: delete some."), clientEventId: null);
            return;
        }
        _listings.Add(new McpListing(item.Id, settings));
        context.Events.ItemAdded(item, previous);
        context.Events.McpListToolsInProgress(item.Id);
        context.Commands.Enqueue(new ListMcpTools(item.Id, settings.Server));
    }

    private void Complete(McpListing listing, IReadOnlyList<McpTool> tools)
    {
        listing.Tools = tools;
        context.Events.McpListToolsCompleted(listing.ItemId);
        Close(new McpListToolsItem(listing.ItemId, listing.Server.Label, tools));
    }

    private void Fail(McpListing listing, McpError error)
    {
        _listings.Remove(listing);
        context.Events.McpListToolsFailed(listing.ItemId, error);
        Close(new McpListToolsItem(listing.ItemId, listing.Server.Label, []) { Status = ItemStatus.Incomplete });
    }

    private void Close(McpListToolsItem item)
    {
        if (context.Log.TryFinish(item)) context.Events.ItemDone(item, context.Log.PreviousId(item.Id));
    }
}
