using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;

namespace Parley.Realtime.Mcp;

/// <summary>
/// The calls of MCP tools from when their arguments are whole: they wait for the client's approval where it is needed, are made, and
/// are settled when the tool has answered or will not. They outlive their response; the client asks for the next one.
/// </summary>
internal sealed class McpCalls(SessionContext context, McpListings listings)
{
    /// <summary>More than any answer needs.</summary>
    private const int MaxUnderWay = 32;

    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);

    /// <summary>Calls that were under way when the connection of this session was lost will not be heard of any more.</summary>
    public void HandleResumed()
    {
        foreach (var call in context.Log.Items.OfType<McpCallItem>().ToArray())
            if (call is { IsSettled: false, Status: ItemStatus.Completed } && !WaitsForApproval(call))
                context.Log.TryReplace(call with { Error = McpError.ToolExecution("The connection was lost while the tool was at work.") });
    }

    /// <summary>The response is complete, and with it the calls in its output.</summary>
    public void Begin(Response response)
    {
        foreach (var call in response.Output.OfType<McpCallItem>().ToArray())
        {
            if (call.Status != ItemStatus.Completed) continue;
            if (response.Offer!.FindMcp(call.ModelName) is not { NeedsApproval: true }) Make(call);
            else if (!TryAskFor(call, response)) Settle(call, new McpFailed(McpError.ToolExecution("The conversation can hold no more items.")));
        }
    }

    /// <summary>Null: this response answers a request that waits for it.</summary>
    public RealtimeError? Check(McpApprovalResponseItem response)
    {
        if (!TryFindWaiting(response.ApprovalRequestId, out var call))
            return RealtimeError.Invalid("invalid_value", $"No call waits for an approval with the id '{response.ApprovalRequestId}'.", "item.approval_request_id");
        return listings.ServerOf(call.ServerLabel) is null
            ? RealtimeError.Invalid("invalid_value", $"The MCP server '{call.ServerLabel}' is not among the tools any more.", "item.approval_request_id")
            : null;
    }

    /// <summary>The client's answer, which is in the conversation already.</summary>
    public void HandleApproval(McpApprovalResponseItem response)
    {
        if (!TryFindByApproval(response.ApprovalRequestId, out var call)) return;
        if (response.IsApproved) Make(call);
        else Settle(call, new McpFailed(McpError.ToolExecution(
            string.IsNullOrWhiteSpace(response.Reason) ? "The user did not approve this call." : $"The user did not approve this call: {response.Reason}")));
    }

    /// <summary>False: this item is no call that is under way.</summary>
    public bool TryHandle(string itemId, McpOutcome outcome)
    {
        if (!_underWay.Remove(itemId)) return false;
        if (context.Log.TryFind(itemId, out var item) && item is McpCallItem call) Settle(call, outcome);
        return true;
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId)
    {
        if (_underWay.Remove(itemId)) context.Commands.Enqueue(new CancelMcp(itemId));
    }

    /// <summary>The session is over.</summary>
    public void CancelAll()
    {
        foreach (var id in _underWay) context.Commands.Enqueue(new CancelMcp(id));
        _underWay.Clear();
    }

    private bool TryAskFor(McpCallItem call, Response response)
    {
        var request = new McpApprovalRequestItem(context.Ids.Next("mcpr_"), call.ServerLabel, call.Name, call.Arguments);
        var previous = context.Log.LastId;
        if (context.Log.TryAppend(request) != LogStatus.Ok) return false;
        var asked = call with { ApprovalRequestId = request.Id };
        context.Log.TryReplace(asked);
        response.Output[call.OutputIndex] = asked;
        var index = response.Output.Count;
        response.Output.Add(request);
        context.Events.OutputItemAdded(response.Id, index, request);
        context.Events.ItemAdded(request, previous);
        context.Events.OutputItemDone(response.Id, index, request);
        context.Events.ItemDone(request, previous);
        return true;
    }

    private void Make(McpCallItem call)
    {
        if (_underWay.Count >= MaxUnderWay || listings.ServerOf(call.ServerLabel) is not { } server)
        {
            Settle(call, new McpFailed(McpError.ToolExecution(_underWay.Count >= MaxUnderWay
                ? $"{MaxUnderWay} calls are under way already." : $"The MCP server '{call.ServerLabel}' is not among the tools any more.")));
            return;
        }
        _underWay.Add(call.Id);
        context.Events.McpCallInProgress(call);
        context.Commands.Enqueue(new CallMcpTool(call.Id, server, call.Name, call.Arguments));
    }

    private void Settle(McpCallItem call, McpOutcome outcome)
    {
        var settled = outcome switch
        {
            McpToolCalled called => call with { Output = called.Output },
            McpFailed failed => call with { Error = failed.Error },
            _ => call with { Error = McpError.Protocol(-32603, "The server answered something else.") },
        };
        if (!context.Log.TryReplace(settled)) return;
        if (settled.Error is null) context.Events.McpCallCompleted(settled);
        else context.Events.McpCallFailed(settled);
        context.Events.ItemDone(settled, context.Log.PreviousId(settled.Id));
    }

    private bool TryFindWaiting(string approvalRequestId, [NotNullWhen(true)] out McpCallItem? call) =>
        TryFindByApproval(approvalRequestId, out call) && WaitsForApproval(call);

    private bool TryFindByApproval(string approvalRequestId, [NotNullWhen(true)] out McpCallItem? call)
    {
        call = context.Log.Items.OfType<McpCallItem>().FirstOrDefault(item => item.ApprovalRequestId == approvalRequestId);
        return call is not null;
    }

    private bool WaitsForApproval(McpCallItem call) => call is { IsSettled: false, ApprovalRequestId: { } id }
        && !context.Log.Items.OfType<McpApprovalResponseItem>().Any(response => response.ApprovalRequestId == id);
}
