using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Speech;

namespace Parley.Transceiver.Models;

/// <summary>One reply in the making. Its audio may run ahead of the playout by <see cref="MaxAhead"/>; then the models wait.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without timer or links holds nothing to free, and other threads may still stop it.")]
internal sealed class ReplyJob(string responseId, ModelBell bell, ILogger logger)
{
    public static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(60);

    private const int MaxAheadSamples = 60 * 24_000;

    private readonly CancellationTokenSource _stop = new();
    private int _ahead;

    public string ResponseId => responseId;

    public ModelOutbox<ReplyEvent> Outbox { get; } = new(bell);

    /// <summary>Off the shard. Ends with one <see cref="ReplyCompleted"/> or <see cref="ReplyFailed"/>, unless it was stopped.</summary>
    public async Task RunAsync(ReplyPipeline pipeline, ReplyRequest request)
    {
        var stop = _stop.Token;
        await using var registration = stop.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), Outbox.Room);
        try
        {
            var last = await ReplyAsync(pipeline, request, stop);
            if (last is not null) await Outbox.SendAsync(last, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits for the reply any more.
        }
    }

    /// <summary>Shard's side: so many samples were played or dropped.</summary>
    public void Consumed(int samples)
    {
        if (Interlocked.Add(ref _ahead, -samples) < MaxAheadSamples) Outbox.Room.Set();
    }

    /// <summary>Any thread.</summary>
    public void Stop() => _stop.Cancel();

    private async Task<ReplyEvent?> ReplyAsync(ReplyPipeline pipeline, ReplyRequest request, CancellationToken stop)
    {
        try
        {
            await foreach (var reply in pipeline.RunAsync(request, stop))
            {
                if (reply is ReplyAudio audio) await TakeRoomAsync(audio.Samples.Length, stop);
                await Outbox.SendAsync(reply, stop);
                if (reply is ReplyCompleted or ReplyFailed) return null;
            }
            return new ReplyFailed("reply_no_end", "The models stopped in the middle of the reply.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            ModelLog.ReplyFaulted(logger, exception);
            return new ReplyFailed("reply_fault", "The reply failed unexpectedly; the server's log says more.");
        }
    }

    private async ValueTask TakeRoomAsync(int samples, CancellationToken stop)
    {
        while (Volatile.Read(ref _ahead) >= MaxAheadSamples)
        {
            stop.ThrowIfCancellationRequested();
            await Outbox.Room.WaitAsync();
        }
        Interlocked.Add(ref _ahead, samples);
    }
}
