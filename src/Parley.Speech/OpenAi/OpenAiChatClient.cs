using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace Parley.Speech.OpenAi;

/// <summary>
/// /chat/completions, streamed, by the OpenAI package, which plain local servers understand too. What it throws becomes a
/// <see cref="SpeechException"/>; a stream that ends without a reason to finish was broken off. Thread-safe.
/// </summary>
internal sealed class OpenAiChatClient(OpenAiConnection connection) : DelegatingChatClient(Inner(connection))
{
    private readonly OpenAiFailure _failure = new(connection.Endpoint, "chat");

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages, WithLimit(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isFinished = false;
        var isBegun = false;
        while (await NextAsync(updates, cancellationToken))
        {
            var update = updates.Current;
            isFinished |= update.FinishReason is not null;
            AddCallDeltas(update);
            isBegun |= update.Contents.Count > 0;
            yield return update;
        }
        if (isFinished) yield break;
        throw isBegun ? _failure.Interrupted() : _failure.InvalidResponse("no answer came");
    }

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);
        foreach (var message in response.Messages) message.Contents = [.. message.Contents.Where(content => content is not FunctionCallDeltaContent)];
        return response;
    }

    /// <summary>The package gathers a call until it is whole; the pieces are in what it read.</summary>
    private static void AddCallDeltas(ChatResponseUpdate update)
    {
        if (update.RawRepresentation is not StreamingChatCompletionUpdate { ToolCallUpdates: { Count: > 0 } pieces }) return;
        foreach (var piece in pieces)
            update.Contents.Add(new FunctionCallDeltaContent(piece.Index, piece.ToolCallId, piece.FunctionName, piece.FunctionArgumentsUpdate?.ToString() ?? ""));
    }

    /// <summary>
    /// OpenAI's API wants max_completion_tokens, which the package sends; Ollama and older local servers ignore that name
    /// (ollama#7125) and know max_tokens, which OpenAI's newer models refuse. So everybody gets the one name that it knows.
    /// </summary>
    private ChatOptions? WithLimit(ChatOptions? options)
    {
        if (options?.MaxOutputTokens is not { } limit || connection.Endpoint.Url.Host == "api.openai.com") return options;
        options = options.Clone();
        options.MaxOutputTokens = null;
        options.RawRepresentationFactory = _ =>
        {
            var raw = new ChatCompletionOptions();
#pragma warning disable SCME0001 // The package's only way to send a field that it does not name; a test watches it.
            raw.Patch.Set("$.max_tokens"u8, limit);
#pragma warning restore SCME0001
            return raw;
        };
        return options;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw _failure.From(exception);
        }
    }

    private static IChatClient Inner(OpenAiConnection connection)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = connection.Endpoint.Url,
            Transport = new HttpClientPipelineTransport(connection.Http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        };
        // The connection sets the real key, or none; the package insists on having one.
        return new ChatClient(connection.Endpoint.Model, new ApiKeyCredential("none"), options).AsIChatClient();
    }
}
