using System.Text;
using Microsoft.Extensions.AI;

namespace Parley.Speech.Replies;

/// <summary>What one request to the chat model brought.</summary>
internal sealed class ChatTurn(string responseId)
{
    public StringBuilder Text { get; } = new();

    public List<FunctionCallContent> Calls { get; } = [];

    public ChatFinishReason? FinishReason { get; set; }

    /// <summary>Null: the server did not count.</summary>
    public int? InputTokens { get; private set; }

    public int? OutputTokens { get; private set; }

    /// <summary>Takes what is not text.</summary>
    public void Add(AIContent content)
    {
        switch (content)
        {
            case FunctionCallContent call:
                // Some servers leave the id out; an outcome needs one to be paired with.
                Calls.Add(call.CallId is { Length: > 0 }
                    ? call
                    : new FunctionCallContent($"call_{responseId}_{Calls.Count}", call.Name, call.Arguments) { Exception = call.Exception });
                break;
            case UsageContent usage:
                // A server may send running totals: the last one counts.
                InputTokens = (int?)usage.Details.InputTokenCount ?? InputTokens;
                OutputTokens = (int?)usage.Details.OutputTokenCount ?? OutputTokens;
                break;
            case ErrorContent error:
                throw new SpeechException("chat_failed", $"The chat model reported an error: {error.Message}");
        }
    }

    public ChatMessage ToMessage()
    {
        var contents = new List<AIContent>();
        if (Text.Length > 0) contents.Add(new TextContent(Text.ToString()));
        contents.AddRange(Calls);
        return new ChatMessage(ChatRole.Assistant, contents);
    }
}
