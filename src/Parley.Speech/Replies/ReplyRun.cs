using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>One reply: reads the chat model, runs tools, and feeds the <see cref="SpeechTrack"/>.</summary>
internal sealed class ReplyRun(
    ModelSet models, TimeProvider time, ReplyPipelineConfig config, ReplyRequest request, ReplyQueue queue, ILogger logger)
{
    private readonly SpeechTrack _speech = new(models.Synthesizer, time, config, request, queue);
    private readonly ToolBelt _tools = new(models.Tools, request, time, config.ToolTimeout);
    private readonly StringBuilder _text = new();
    private int _inputTokens;
    private int _outputTokens;
    private int _cachedInputTokens;

    /// <summary>Posts all events to the queue and completes it. Never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var speaking = request.IsSpoken ? SpeakAsync(stop) : Task.FromResult<ReplyFailed?>(null);
        var outcome = await AnswerAsync(stop.Token);
        // A reply that failed keeps its whole clauses; half a clause at the break would only sound like a defect.
        _speech.Complete(withRest: outcome is ReplyCompleted);
        var failure = await speaking;
        if (!cancellationToken.IsCancellationRequested && (outcome as ReplyFailed ?? failure ?? outcome) is { } last) queue.Post(last);
        queue.Complete();
    }

    /// <summary>Null when it spoke to the end or was stopped; a failure stops the chat model too.</summary>
    private async Task<ReplyFailed?> SpeakAsync(CancellationTokenSource stop)
    {
        try
        {
            await _speech.RunAsync(stop.Token);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            stop.Cancel();
            return ReplyFailures.From(exception, "speech", "synthesiser", logger);
        }
    }

    /// <summary>Null when it was stopped.</summary>
    private async Task<ReplyEvent?> AnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_tools.RefusalOfChoice is { } refusal) return refusal;
            var messages = ChatMessages.From(request);
            for (var round = 0; ; round++)
            {
                var isLast = round >= config.MaxToolRounds;
                var streamed = new StreamedCalls(_tools, queue, request.ResponseId);
                var turn = new ChatTurn(request.ResponseId, streamed);
                await ReadAsync(turn, messages, _tools.Options(round, isLast), cancellationToken);
                Count(turn, messages);
                // Half a call is no call: the response ends, and what was told of it with it.
                if (turn.Calls.Count == 0 || LimitOf(turn) != ReplyLimit.None) return Completed(turn);
                if (isLast) return _text.Length > 0 ? Completed(turn) : TooManyRounds();

                var outcomes = await _tools.RunAsync(turn, cancellationToken);
                streamed.DropAllBut(outcomes.ForClient.Select(call => call.CallId));
                foreach (var call in outcomes.ForClient) queue.Post(call);
                if (outcomes.ForClient.Count > 0) return Completed(turn);
                messages.Add(turn.ToMessage());
                messages.Add(new ChatMessage(ChatRole.Tool, [.. outcomes.Results]));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return ReplyFailures.From(exception, "chat", "chat model", logger);
        }
    }

    /// <summary>One answer of the chat model, up to its end or its request for tools.</summary>
    private async Task ReadAsync(ChatTurn turn, List<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        var filter = new ThinkingFilter();
        await using var stream = new ModelStream<ChatResponseUpdate>(
            token => models.Chat.GetStreamingResponseAsync(messages, options, token), time, cancellationToken);
        var timeout = config.FirstTokenTimeout;
        while (await NextAsync(stream, timeout))
        {
            turn.FinishReason = stream.Current.FinishReason ?? turn.FinishReason;
            foreach (var content in stream.Current.Contents)
            {
                if (content is TextContent { Text.Length: > 0 } text) Say(turn, filter.Add(text.Text));
                else turn.Add(content);
            }
            timeout = config.NextTokenTimeout;
        }
        Say(turn, filter.Flush());
        _speech.Flush();
    }

    private async Task<bool> NextAsync(ModelStream<ChatResponseUpdate> stream, TimeSpan timeout)
    {
        try
        {
            return await stream.MoveNextAsync(timeout);
        }
        catch (TimeoutException exception)
        {
            var where = models.Chat.GetService(typeof(ChatClientMetadata)) is ChatClientMetadata { ProviderUri: { } uri }
                ? $" at {Endpoint.Describe(uri)}" : "";
            throw new SpeechException("chat_timeout",
                $"The chat model{where} sent nothing for {timeout.TotalSeconds:0.#} s. Check that its server is not overloaded and that the model fits the machine.",
                exception);
        }
    }

    private void Say(ChatTurn turn, string delta)
    {
        if (delta.Length == 0) return;
        // A second round's text follows the first's: the two must not run into one word.
        if (turn.Text.Length == 0 && _text.Length > 0 && !char.IsWhiteSpace(_text[^1]) && !char.IsWhiteSpace(delta[0])) delta = " " + delta;
        turn.Text.Append(delta);
        _text.Append(delta);
        queue.Post(new ReplyText(delta));
        _speech.Add(delta);
    }

    private void Count(ChatTurn turn, List<ChatMessage> messages)
    {
        _inputTokens += turn.InputTokens ?? messages.Sum(message => TokenEstimate.OfText(message.Text) + 4);
        _cachedInputTokens += turn.CachedInputTokens ?? 0;
        _outputTokens += turn.OutputTokens ?? TokenEstimate.OfText(turn.Text.ToString()) + turn.Calls.Count * 16;
    }

    private ReplyCompleted Completed(ChatTurn turn) =>
        new(new ReplyUsage(_inputTokens, _outputTokens, _cachedInputTokens), LimitOf(turn));

    private static ReplyLimit LimitOf(ChatTurn turn) => turn.FinishReason switch
    {
        { } reason when reason == ChatFinishReason.Length => ReplyLimit.OutputTokens,
        { } reason when reason == ChatFinishReason.ContentFilter => ReplyLimit.ContentFilter,
        _ => ReplyLimit.None,
    };

    private ReplyFailed TooManyRounds() => new("chat_tool_rounds",
        $"The chat model asked for tools {config.MaxToolRounds + 1} times and said nothing. Give it clearer tool descriptions or a larger model.");
}
