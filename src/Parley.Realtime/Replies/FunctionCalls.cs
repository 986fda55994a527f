using System.Text;
using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>
/// The function calls of the responses: an output item for each, in progress while the model writes its arguments, completed when the
/// client may run it, incomplete when the model broke off.
/// </summary>
internal sealed class FunctionCalls(SessionContext context)
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

    /// <summary>The response is over: what the model did not finish writing stays unfinished.</summary>
    public void CloseAll(Response response)
    {
        foreach (var call in response.OpenCalls.ToArray()) Close(response, call, ItemStatus.Incomplete);
    }

    private static OpenCall? Find(Response response, string modelId) =>
        modelId.Length == 0 ? null : response.OpenCalls.Find(call => call.ModelId == modelId);

    private bool TryOpen(Response response, string modelId, string name, out OpenCall call)
    {
        var item = new ToolCallItem(context.NewItemId(), UniqueCallId(response, modelId), name, "") { Status = ItemStatus.InProgress };
        call = new OpenCall(modelId, response.Output.Count);
        var previous = context.Log.LastId;
        if (!response.Options.IsOutOfBand && context.Log.TryAppend(item) != LogStatus.Ok) return false;
        response.OpenCalls.Add(call);
        response.Output.Add(item);
        context.Events.OutputItemAdded(response.Id, call.OutputIndex, item);
        if (!response.Options.IsOutOfBand) context.Events.ItemAdded(item, previous);
        return true;
    }

    private bool TryTell(Response response, OpenCall call, string delta)
    {
        if (call.Arguments.Length + delta.Length > ResponseOutput.MaxTextLength) return false;
        call.Arguments.Append(delta);
        while (delta.Length > 0)
        {
            var length = Math.Min(delta.Length, MaxDeltaLength);
            if (length < delta.Length && char.IsHighSurrogate(delta[length - 1])) length--;
            context.Events.FunctionCallArgumentsDelta(response.Id, call.OutputIndex, Item(response, call), delta[..length]);
            delta = delta[length..];
        }
        return true;
    }

    private void Close(Response response, OpenCall call, ItemStatus status)
    {
        response.OpenCalls.Remove(call);
        var item = Item(response, call) with { Arguments = call.Arguments.ToString(), Status = status };
        response.Output[call.OutputIndex] = item;
        if (status == ItemStatus.Completed) context.Events.FunctionCallArgumentsDone(response.Id, call.OutputIndex, item);
        context.Events.OutputItemDone(response.Id, call.OutputIndex, item);
        // The client may have deleted it meanwhile.
        if (response.Options.IsOutOfBand || !context.Log.TryReplace(item)) return;
        context.Events.ItemDone(item, context.Log.PreviousId(item.Id));
    }

    private static ToolCallItem Item(Response response, OpenCall call) => (ToolCallItem)response.Output[call.OutputIndex];

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
