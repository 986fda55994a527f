using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime.Mcp;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Replies;

/// <summary>Makes what a model is asked for a response: what it may see of the conversation, its tools, and how it is to answer.</summary>
internal sealed class ReplyRequests(SessionContext context, McpListings listings)
{
    private readonly ContextWindow _window = new(context.Config.MaxInputTokens);

    /// <summary>Sets the request and the offer of the response. False: why it cannot be made.</summary>
    public bool TryMake(Response response, [NotNullWhen(false)] out RealtimeError? error)
    {
        var settings = response.Options.Settings;
        error = ToolNotFound(settings.ToolChoice);
        if (ToolOffer.TryMake(settings, listings, response.Options.IsOutOfBand) is not { } offer) return false;

        error = ContextExceeded;
        var history = response.Options.Input is { } input ? History.Of([.. input.Select(Current)]) : History.Of(_window.Without(context.Log.Items));
        if (!_window.TryFit(ref history, settings, offer.Functions, isConversation: response.Options.Input is null)) return false;

        error = null;
        response.Offer = offer;
        response.Request = new ReplyRequest(response.Id, history)
        {
            Instructions = settings.Instructions,
            Tools = offer.Functions,
            ToolChoice = offer.Choice,
            ParallelToolCalls = settings.ParallelToolCalls,
            ReasoningEffort = settings.ReasoningEffort,
            IsSpoken = settings.IsSpoken,
            Voice = settings.Voice,
            Speed = settings.Speed,
            MaxOutputTokens = settings.MaxOutputTokens,
        };
        return true;
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId) => _window.Forget(itemId);

    /// <summary>An item that was given by reference may have got its transcript since.</summary>
    private ConversationItem Current(ConversationItem item) => context.Log.TryFind(item.Id, out var current) ? current : item;

    private static RealtimeError ToolNotFound(ToolChoice choice) => RealtimeError.Invalid("invalid_tool_choice",
        choice.FunctionName is { } name
            ? $"tool_choice names the tool '{name}' of the MCP server '{choice.ServerLabel}', which is not among the tools: wait for mcp_list_tools.completed."
            : $"tool_choice names the MCP server '{choice.ServerLabel}', of which no tool is known: wait for mcp_list_tools.completed.");

    private static RealtimeError ContextExceeded => RealtimeError.Invalid("context_length_exceeded",
        "The conversation is longer than the model's context, and truncation is disabled: delete items, or set session.truncation to 'auto'.");
}
