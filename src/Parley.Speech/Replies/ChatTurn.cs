using System.Text;
using Microsoft.Extensions.AI;

namespace Parley.Speech.Replies;

/// <summary>What one request to the chat model brought.</summary>
internal sealed class ChatTurn(string responseId, StreamedCalls streamed)
{
    public StringBuilder Text { get; } = new();

    public List<FunctionCallContent> Calls { get; } = [];

    public ChatFinishReason? FinishReason { get; set; }

    /// <summary>Null: the server did not count.</summary>
    public int? InputTokens { get; private set; }

    public int? OutputTokens { get; private set; }

    public int? CachedInputTokens { get; private set; }

    /// <summary>Takes what is not text.</summary>
    public void Add(AIContent content)
    {
        switch (content)
        {
            case FunctionCallDeltaContent delta:
                streamed.Add(delta);
                break;
            case FunctionCallContent call:
                Calls.Add(WithId(call));
                break;
            case UsageContent usage:
                // A server may send running totals: the last one counts.
                InputTokens = (int?)usage.Details.InputTokenCount ?? InputTokens;
                OutputTokens = (int?)usage.Details.OutputTokenCount ?? OutputTokens;
                CachedInputTokens = (int?)usage.Details.CachedInputTokenCount ?? CachedInputTokens;
                break;
            case ErrorContent error:
                throw new SpeechException("chat_failed", $"The chat model reported an error: {error.Message}");
        }
    }

    /// <summary>The arguments as the client was told them; null: it was told none yet.</summary>
    public string? ToldArguments(FunctionCallContent call) =>
        streamed.At(Calls.IndexOf(call)) is { IsTold: true } told && told.Id == call.CallId ? told.Arguments.ToString() : null;

    public ChatMessage ToMessage()
    {
        var contents = new List<AIContent>();
        if (Text.Length > 0) contents.Add(new TextContent(Text.ToString()));
        contents.AddRange(Calls);
        return new ChatMessage(ChatRole.Assistant, contents);
    }

    /// <summary>Some servers leave the id out, or use it twice; an outcome needs one to be paired with.</summary>
    private FunctionCallContent WithId(FunctionCallContent call)
    {
        var id = streamed.At(Calls.Count)?.Id ?? call.CallId;
        if (string.IsNullOrEmpty(id) || Calls.Exists(other => other.CallId == id)) id = $"call_{responseId}_{Calls.Count}";
        return id == call.CallId ? call : new FunctionCallContent(id, call.Name, call.Arguments) { Exception = call.Exception };
    }
}
