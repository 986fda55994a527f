using System.Text;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>The calls of one answer as they are being written. Those of the client's functions are told piece by piece.</summary>
internal sealed class StreamedCalls(ToolBelt tools, ReplyQueue queue, string responseId)
{
    private readonly List<StreamedCall> _calls = [];

    public void Add(FunctionCallDeltaContent delta)
    {
        var call = _calls.Find(known => known.Index == delta.Index);
        if (call is null) _calls.Add(call = new StreamedCall(delta.Index));
        call.Name ??= NullIfEmpty(delta.Name);
        call.ModelId ??= NullIfEmpty(delta.CallId);
        call.Arguments.Append(delta.Arguments);
        Tell(call);
    }

    /// <summary>The call that became the whole one of this number; null: it did not come in pieces.</summary>
    public StreamedCall? At(int number) => _calls.Where(call => call.Name is not null).ElementAtOrDefault(number);

    /// <summary>What was told of these calls is not to be carried out.</summary>
    public void DropAllBut(IEnumerable<string> callIds)
    {
        foreach (var call in _calls.Where(call => call.IsTold).ExceptBy(callIds, call => call.Id!)) queue.Post(new ReplyToolCallDropped(call.Id!));
    }

    private void Tell(StreamedCall call)
    {
        if (call.Name is not { } name) return;
        call.Id ??= call.ModelId is { } id && !_calls.Exists(other => other.Id == id) ? id : $"call_{responseId}_{call.Index}";
        if (!tools.IsClients(name) || !(tools.AllowsParallelCalls || call == _calls[0])) return;
        var told = call.ToldLength;
        if (call.IsTold && call.Arguments.Length == told) return;
        call.IsTold = true;
        call.ToldLength = call.Arguments.Length;
        queue.Post(new ReplyToolCallDelta(call.Id, name, call.Arguments.ToString(told, call.ToldLength - told)));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

internal sealed class StreamedCall(int index)
{
    public int Index { get; } = index;

    public string? Name { get; set; }

    /// <summary>As the model gave it; it may give none, or the same twice.</summary>
    public string? ModelId { get; set; }

    /// <summary>Null as long as the name is not known.</summary>
    public string? Id { get; set; }

    public StringBuilder Arguments { get; } = new();

    public bool IsTold { get; set; }

    public int ToldLength { get; set; }
}
