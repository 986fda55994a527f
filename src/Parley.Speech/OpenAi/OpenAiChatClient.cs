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
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isFinished = false;
        var isBegun = false;
        while (await NextAsync(updates, cancellationToken))
        {
            var update = updates.Current;
            isFinished |= update.FinishReason is not null;
            isBegun |= update.Contents.Count > 0;
            yield return update;
        }
        if (isFinished) yield break;
        throw isBegun ? _failure.Interrupted() : _failure.InvalidResponse("no answer came");
    }

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

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
