using System.Text;
using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>
/// The calls that models write, of the client's functions and of MCP tools: an output item for each, in progress while the arguments
/// come, completed when they are whole, incomplete when the model broke off.
/// </summary>
internal sealed class ToolCalls(SessionContext context)
{
    /// <summary>One event holds at most so much of the arguments.</summary>
    private const int MaxDeltaLength = 4096;

    /// <summary>False: there is no room for it.</summary>
    public bool TryAddDelta(Response response, ReplyToolCallDelta delta)
    {
        if (Find(response, delta.CallId) is not { } call && !TryOpen(response, delta.CallId, delta.Name, out call)) return false;
        return TryTell(response, call, delta.Delta);
    }

    /// <summary>The call is whole. False: there is no room for it.</summary>
    public bool TryAdd(Response response, ReplyToolCall whole)
    {
        if (Find(response, whole.CallId) is not { } call && !TryOpen(response, whole.CallId, whole.Name, out call)) return false;
        // What was told stands; more may follow it.
        var told = call.Arguments.ToString();
        if (whole.Arguments.StartsWith(told, StringComparison.Ordinal) && !TryTell(response, call, whole.Arguments[told.Length..])) return false;
        Close(response, call, ItemStatus.Completed);
        return true;
    }

    public void Drop(Response response, string callId)
    {
        if (Find(response, callId) is { } call) Close(response, call, ItemStatus.Incomplete);
    }

    /// <summary>
    /// The response is over: what the model did not finish writing stays unfinished. A call of an MCP tool that is whole is made only
    /// when all of the response is.
    /// </summary>
    public void CloseAll(Response response)
    {
        foreach (var call in response.OpenCalls.ToArray()) Close(response, call, ItemStatus.Incomplete);
        if (response.Status == ResponseStatus.Completed) return;
        foreach (var call in response.Output.OfType<McpCallItem>().Where(call => call.Status == ItemStatus.Completed).ToArray())
            EndUnmade(response, call with { Status = ItemStatus.Incomplete });
    }

    private static OpenCall? Find(Response response, string modelId) =>
        modelId.Length == 0 ? null : response.OpenCalls.Find(call => call.ModelId == modelId);

    private bool TryOpen(Response response, string modelId, string name, out OpenCall call)
    {
        call = new OpenCall(modelId, response.Output.Count);
        var item = NewItem(response, call, name);
        var previous = context.Log.LastId;
        if (!response.Options.IsOutOfBand && context.Log.TryAppend(item) != LogStatus.Ok) return false;
        response.OpenCalls.Add(call);
        response.Output.Add(item);
        context.Events.OutputItemAdded(response.Id, call.OutputIndex, item);
        if (!response.Options.IsOutOfBand) context.Events.ItemAdded(item, previous);
        return true;
    }

    private ConversationItem NewItem(Response response, OpenCall call, string name) => response.Offer?.FindMcp(name) is { } offered
        ? new McpCallItem(context.NewItemId(), offered.Server.Label, offered.Tool.Name, "")
        {
            ModelName = name,
            OutputIndex = call.OutputIndex,
            Status = ItemStatus.InProgress,
        }
        : new ToolCallItem(context.NewItemId(), UniqueCallId(response, call.ModelId), name, "") { Status = ItemStatus.InProgress };

    private bool TryTell(Response response, OpenCall call, string delta)
    {
        if (call.Arguments.Length + delta.Length > ResponseOutput.MaxTextLength) return false;
        call.Arguments.Append(delta);
        while (delta.Length > 0)
        {
            var length = Math.Min(delta.Length, MaxDeltaLength);
            if (length < delta.Length && char.IsHighSurrogate(delta[length - 1])) length--;
            Tell(response, call, delta[..length]);
            delta = delta[length..];
        }
        return true;
    }

    private void Tell(Response response, OpenCall call, string delta)
    {
        if (response.Output[call.OutputIndex] is McpCallItem mcp) context.Events.McpCallArgumentsDelta(response.Id, mcp, delta);
        else context.Events.FunctionCallArgumentsDelta(response.Id, call.OutputIndex, (ToolCallItem)response.Output[call.OutputIndex], delta);
    }

    private void Close(Response response, OpenCall call, ItemStatus status)
    {
        response.OpenCalls.Remove(call);
        var arguments = call.Arguments.ToString();
        if (response.Output[call.OutputIndex] is McpCallItem mcp) CloseMcp(response, mcp with { Arguments = arguments, Status = status });
        else CloseFunction(response, call.OutputIndex, (ToolCallItem)response.Output[call.OutputIndex] with { Arguments = arguments, Status = status });
    }

    private void CloseFunction(Response response, int index, ToolCallItem item)
    {
        response.Output[index] = item;
        if (item.Status == ItemStatus.Completed) context.Events.FunctionCallArgumentsDone(response.Id, index, item);
        context.Events.OutputItemDone(response.Id, index, item);
        Finish(response, item, isDone: true);
    }

    /// <summary>As an item of the conversation it is done when its tool has answered.</summary>
    private void CloseMcp(Response response, McpCallItem item)
    {
        response.Output[item.OutputIndex] = item;
        if (item.Status == ItemStatus.Completed) context.Events.McpCallArgumentsDone(response.Id, item);
        context.Events.OutputItemDone(response.Id, item.OutputIndex, item);
        Finish(response, item, isDone: item.Status == ItemStatus.Incomplete);
    }

    private void EndUnmade(Response response, McpCallItem item)
    {
        response.Output[item.OutputIndex] = item;
        if (context.Log.TryFind(item.Id, out var known) && known is McpCallItem { IsSettled: false } && context.Log.TryReplace(item))
            context.Events.ItemDone(item, context.Log.PreviousId(item.Id));
    }

    private void Finish(Response response, ConversationItem item, bool isDone)
    {
        // The client may have deleted it meanwhile.
        if (response.Options.IsOutOfBand || !context.Log.TryFinish(item) || !isDone) return;
        context.Events.ItemDone(item, context.Log.PreviousId(item.Id));
    }

    /// <summary>A model may give two calls one id, or none; the conversation must tell them apart.</summary>
    private string UniqueCallId(Response response, string modelId) =>
        modelId.Length == 0 || context.Log.Items.Concat(response.Output).OfType<ToolCallItem>().Any(call => call.CallId == modelId)
            ? context.Ids.Next("call_")
            : modelId;
}

/// <summary>A call whose arguments are being written.</summary>
/// <param name="modelId">The call's id as the model gave it.</param>
internal sealed class OpenCall(string modelId, int outputIndex)
{
    public string ModelId { get; } = modelId;

    public int OutputIndex { get; } = outputIndex;

    public StringBuilder Arguments { get; } = new();
}
