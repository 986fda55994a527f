using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parley.Speech.Embedded.Agent;

/// <summary>
/// A small rule-based agent behind the interface of a chat model: it holds a dialogue over <see cref="PhraseList"/>, needs no
/// network and says plainly what it is. Its answer depends on the messages and on nothing else. Thread-safe.
/// </summary>
public sealed class EmbeddedChatClient : IChatClient
{
    public const string ModelName = "parley-embedded-agent";

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var answer = Dialogue.Answer(history);
        var (text, call) = NextStep(answer, history, options);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var limit = options?.MaxOutputTokens ?? int.MaxValue;
        for (var i = 0; i < words.Length && i < limit; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Update(new TextContent(i == 0 ? words[i] : " " + words[i]));
            await Task.Yield();
        }
        if (call is not null) yield return Update(call);
        yield return Update(new UsageContent(new UsageDetails
        {
            InputTokenCount = history.Sum(message => WordCount(message.Text)),
            OutputTokenCount = Math.Min(words.Length, limit) + (call is null ? 0 : 1),
        }));
        yield return new ChatResponseUpdate
        {
            FinishReason = words.Length > limit ? ChatFinishReason.Length : call is null ? ChatFinishReason.Stop : ChatFinishReason.ToolCalls,
            ModelId = ModelName,
        };
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("parley", defaultModelId: ModelName)
        : serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    /// <summary>An answer with a function has two steps: the words before and the call; then, with its outcome, the words after.</summary>
    private static (string Text, FunctionCallContent? Call) NextStep(Answer answer, IReadOnlyList<ChatMessage> history, ChatOptions? options)
    {
        if (answer.Call is not { } use) return (answer.Text, null);
        if (Dialogue.OutcomeFor(use.Name, history) is { } outcome) return (use.Say(outcome), null);
        var isOffered = options?.ToolMode is not NoneChatToolMode && options?.Tools?.Any(tool => tool.Name == use.Name) == true;
        return isOffered
            ? (answer.Text, new FunctionCallContent($"call_{history.Count}_{use.Name}", use.Name, new Dictionary<string, object?>(use.Arguments)))
            : ($"{answer.Text} {use.Without}", null);
    }

    private static ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content]) { ModelId = ModelName };

    private static int WordCount(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
