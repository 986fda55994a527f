using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parley.Speech.Tests.Replies;

/// <summary>A chat model that says what it is told: one script for each request, in order.</summary>
internal sealed class ScriptedChat(TimeProvider time, params ChatStep[][] scripts) : IChatClient
{
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> Requests { get; } = [];

    /// <summary>Streams that were opened and not yet ended or disposed.</summary>
    public int Open { get; private set; }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add(([.. messages], options!));
        Open++;
        try
        {
            foreach (var step in scripts[Math.Min(Requests.Count, scripts.Length) - 1])
            {
                if (step.Delay > TimeSpan.Zero) await Task.Delay(step.Delay, time, step.IsDeaf ? CancellationToken.None : cancellationToken);
                else await Task.Yield();
                if (step.Failure is not null) throw step.Failure;
                yield return step.Update;
            }
        }
        finally
        {
            Open--;
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>One step of a script: an update, or a failure, after a delay.</summary>
internal sealed record ChatStep(ChatResponseUpdate Update)
{
    public TimeSpan Delay { get; init; }

    public Exception? Failure { get; init; }

    /// <summary>Its delay does not react to cancellation.</summary>
    public bool IsDeaf { get; init; }

    public static ChatStep Text(string text) => new(new ChatResponseUpdate(ChatRole.Assistant, text));

    public static ChatStep[] Words(string text) => [.. text.Split(' ').Select((word, i) => Text(i == 0 ? word : " " + word))];

    public static ChatStep Call(string id, string name, params (string Name, object? Value)[] arguments) =>
        new(new ChatResponseUpdate(ChatRole.Assistant,
            [new FunctionCallContent(id, name, arguments.ToDictionary(a => a.Name, a => a.Value))]));

    public static ChatStep CallPiece(int index, string? id, string? name, string arguments) =>
        new(new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallDeltaContent(index, id, name, arguments)]));

    /// <summary>A call whose arguments could not be read.</summary>
    public static ChatStep BadCall(string id, string name) =>
        new(new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent(id, name) { Exception = new System.Text.Json.JsonException() }]));

    public static ChatStep Usage(int input, int output) => new(new ChatResponseUpdate(ChatRole.Assistant,
        [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output })]));

    public static ChatStep Finish(ChatFinishReason reason) => new(new ChatResponseUpdate { FinishReason = reason });

    public static ChatStep Throw(Exception failure) => new(new ChatResponseUpdate()) { Failure = failure };

    public static ChatStep Hang(bool deaf = false) =>
        new(new ChatResponseUpdate()) { Delay = TimeSpan.FromDays(1), IsDeaf = deaf };
}
