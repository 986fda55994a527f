using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation;
using Parley.Speech.Replies;

namespace Parley.Speech;

/// <summary>
/// Answers: chat model → clauses → voice, streaming. Thread-safe, holds nothing between replies. It keeps to the caller's
/// <see cref="SynchronizationContext"/> when there is one.
/// </summary>
public sealed class ReplyPipeline(ModelSet models, TimeProvider time, ReplyPipelineConfig? config = null, ILogger<ReplyPipeline>? logger = null)
{
    /// <summary>
    /// The reply's events, ending with <see cref="ReplyCompleted"/> or <see cref="ReplyFailed"/>. A clause's text comes before its
    /// marks, its marks before their audio. Failures are events; the only exception is the one of a cancellation, after which
    /// no event comes and within one frame nothing runs any more.
    /// </summary>
    public async IAsyncEnumerable<ReplyEvent> RunAsync(ReplyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = new ReplyQueue();
        var run = new ReplyRun(models, time, config ?? ReplyPipelineConfig.Default, request, queue, logger ?? NullLogger<ReplyPipeline>.Instance);
        var work = run.RunAsync(stop.Token);
        try
        {
            while (await queue.NextAsync(cancellationToken) is { } reply) yield return reply;
        }
        finally
        {
            stop.Cancel();
            await work;
        }
    }
}
