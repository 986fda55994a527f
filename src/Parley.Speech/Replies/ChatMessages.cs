using System.Text.Json;
using Microsoft.Extensions.AI;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>A conversation in the form that chat models take.</summary>
internal static class ChatMessages
{
    /// <summary>What stands for a user's turn whose words nobody understood.</summary>
    public const string NotUnderstood = "[The user spoke, but the words were not understood.]";

    /// <summary>The outcome of a call that has none: no model may see a call without one, most refuse it.</summary>
    public const string Cancelled = "cancelled";

    public static List<ChatMessage> From(ReplyRequest request)
    {
        var messages = new List<ChatMessage>(request.History.Count + 1);
        if (!string.IsNullOrWhiteSpace(request.Instructions)) messages.Add(new ChatMessage(ChatRole.System, request.Instructions));
        for (var i = 0; i < request.History.Count; i++)
        {
            switch (request.History[i])
            {
                case MessageItem message:
                    AddMessage(messages, message);
                    break;
                case ToolCallItem:
                    i = AddCalls(messages, request.History, i);
                    break;
                // An outcome stands behind its call, where AddCalls put it; one without a call is dropped.
            }
        }
        return messages;
    }

    private static void AddMessage(List<ChatMessage> messages, MessageItem message)
    {
        if (message.Content.Any(part => part.ImageUrl is not null))
        {
            messages.Add(new ChatMessage(Role(message.Role), Contents(message)));
            return;
        }
        var text = message.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            if (message.Role != MessageRole.User) return;
            text = NotUnderstood;
        }
        messages.Add(new ChatMessage(Role(message.Role), text));
    }

    /// <summary>Words and pictures in the order in which the user gave them.</summary>
    private static List<AIContent> Contents(MessageItem message)
    {
        var contents = new List<AIContent>();
        foreach (var part in message.Content)
        {
            if (part.ImageUrl is { } url) contents.Add(new DataContent(url));
            else if (!string.IsNullOrWhiteSpace(part.Text)) contents.Add(new TextContent(part.Text));
        }
        return contents;
    }

    /// <summary>Adjacent calls are one assistant message, followed by their outcomes wherever those stand. Gives the last call's index.</summary>
    private static int AddCalls(List<ChatMessage> messages, IReadOnlyList<ConversationItem> history, int first)
    {
        var calls = new List<AIContent>();
        var outcomes = new List<AIContent>();
        var last = first;
        for (; last < history.Count && history[last] is ToolCallItem call; last++)
        {
            calls.Add(new FunctionCallContent(call.CallId, call.Name, Arguments(call.Arguments)));
            outcomes.Add(new FunctionResultContent(call.CallId, OutcomeOf(call.CallId, history, last) ?? Cancelled));
        }
        // The words before a call and the call are one answer of the model.
        if (messages.Count > 0 && messages[^1].Role == ChatRole.Assistant)
            foreach (var call in calls) messages[^1].Contents.Add(call);
        else
            messages.Add(new ChatMessage(ChatRole.Assistant, calls));
        messages.Add(new ChatMessage(ChatRole.Tool, outcomes));
        return last - 1;
    }

    /// <summary>The next outcome of that id: some servers use an id again in a later reply.</summary>
    private static string? OutcomeOf(string callId, IReadOnlyList<ConversationItem> history, int call)
    {
        for (var i = call + 1; i < history.Count; i++)
        {
            if (history[i] is ToolOutputItem output && output.CallId == callId) return output.Output;
            if (history[i] is ToolCallItem next && next.CallId == callId) return null;
        }
        return null;
    }

    private static Dictionary<string, object?> Arguments(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static ChatRole Role(MessageRole role) => role switch
    {
        MessageRole.System => ChatRole.System,
        MessageRole.Assistant => ChatRole.Assistant,
        _ => ChatRole.User,
    };
}
