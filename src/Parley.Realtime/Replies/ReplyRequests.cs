using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>Makes what a model is asked for a response: what it may see of the conversation, and how it is to answer.</summary>
internal sealed class ReplyRequests(SessionContext context)
{
    private readonly ContextWindow _window = new(context.Config.MaxInputTokens);

    /// <summary>Null: the conversation does not fit into the model's context, and nothing of it may be left out.</summary>
    public ReplyRequest? TryMake(Response response)
    {
        var settings = response.Options.Settings;
        var history = response.Options.Input is { } input ? History.Of([.. input.Select(Current)]) : History.Of(_window.Without(context.Log.Items));
        if (!_window.TryFit(ref history, settings, isConversation: response.Options.Input is null)) return null;
        return new ReplyRequest(response.Id, history)
        {
            Instructions = settings.Instructions,
            Tools = settings.Tools,
            ToolChoice = settings.ToolChoice,
            ParallelToolCalls = settings.ParallelToolCalls,
            ReasoningEffort = settings.ReasoningEffort,
            IsSpoken = settings.IsSpoken,
            Voice = settings.Voice,
            Speed = settings.Speed,
            MaxOutputTokens = settings.MaxOutputTokens,
        };
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId) => _window.Forget(itemId);

    /// <summary>An item that was given by reference may have got its transcript since.</summary>
    private ConversationItem Current(ConversationItem item) => context.Log.TryFind(item.Id, out var current) ? current : item;
}
