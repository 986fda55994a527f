using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Speech;

namespace Parley.Transceiver.Models;

/// <summary>One utterance at the recogniser.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without timer or links holds nothing to free, and other threads may still stop it.")]
internal sealed class RecognitionJob(string itemId, UtteranceAudio audio, ModelBell bell, ILogger logger)
{
    private readonly CancellationTokenSource _stop = new();

    public string ItemId => itemId;

    public UtteranceAudio Audio => audio;

    public ModelOutbox<TranscriptUpdate> Outbox { get; } = new(bell);

    /// <summary>When the recogniser is given up; never while the utterance still goes on.</summary>
    public Instant GiveUpAt { get; set; } = Instant.Never;

    /// <summary>Off the shard. Ends with one final or failed transcript, unless it was stopped.</summary>
    public async Task RunAsync(IRecognizer recognizer, RecognitionOptions options)
    {
        var stop = _stop.Token;
        await using var registration = stop.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), Outbox.Room);
        try
        {
            var last = await RecognizeAsync(recognizer, options, stop);
            if (last is not null) await Outbox.SendAsync(last, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits for the transcript any more.
        }
        finally
        {
            audio.ReleaseReader();
        }
    }

    /// <summary>Any thread.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>The last update, which is still to be sent; null when it was sent already.</summary>
    private async Task<TranscriptUpdate?> RecognizeAsync(IRecognizer recognizer, RecognitionOptions options, CancellationToken stop)
    {
        try
        {
            await foreach (var update in recognizer.RecognizeAsync(audio.ReadAsync(stop), options, stop))
            {
                await Outbox.SendAsync(update, stop);
                if (update is not TranscriptHypothesis) return null;
            }
            return new TranscriptFailed("recognizer_no_result", "The recogniser ended without a transcript.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (SpeechException exception)
        {
            return new TranscriptFailed(exception.Code, exception.Message);
        }
        catch (Exception exception)
        {
            ModelLog.RecognizerFaulted(logger, exception);
            return new TranscriptFailed("recognizer_fault", "The recogniser failed unexpectedly; the server's log says more.");
        }
    }
}
