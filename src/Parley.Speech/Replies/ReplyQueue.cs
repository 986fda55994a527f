using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>
/// Events on their way to the one reader. Text never waits; audio waits while the reader has <see cref="AudioLimit"/> of it
/// untaken, so that a long reply is not synthesised far ahead of its listener. Thread-safe.
/// </summary>
internal sealed class ReplyQueue
{
    /// <summary>Five seconds of audio, in samples at 24 kHz.</summary>
    private const int AudioLimit = 5 * 24_000;

    private readonly Lock _lock = new();
    private readonly Queue<ReplyEvent> _events = new();
    private TaskCompletionSource? _readerWaits;
    private TaskCompletionSource? _writerWaits;
    private int _audio;
    private bool _isComplete;

    public void Post(ReplyEvent reply)
    {
        TaskCompletionSource? reader;
        lock (_lock)
        {
            if (reply is ReplyAudio audio) _audio += audio.Samples.Length;
            _events.Enqueue(reply);
            reader = Take(ref _readerWaits);
        }
        reader?.TrySetResult();
    }

    /// <summary>No event follows.</summary>
    public void Complete()
    {
        TaskCompletionSource? reader;
        lock (_lock)
        {
            _isComplete = true;
            reader = Take(ref _readerWaits);
        }
        reader?.TrySetResult();
    }

    /// <summary>Waits until there is room for audio. For one writer.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_audio < AudioLimit) return Task.CompletedTask;
            _writerWaits = NewSignal();
            return WaitAsync(_writerWaits, cancellationToken);
        }
    }

    /// <summary>The next event; null after the last. For one reader.</summary>
    public async ValueTask<ReplyEvent?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TaskCompletionSource wait;
            lock (_lock)
            {
                if (_events.TryDequeue(out var reply)) return Took(reply);
                if (_isComplete) return null;
                wait = _readerWaits = NewSignal();
            }
            await WaitAsync(wait, cancellationToken);
        }
    }

    /// <summary>Not Task.WaitAsync: after a signal whose continuations run asynchronously that one goes through the thread pool.</summary>
    private static async Task WaitAsync(TaskCompletionSource signal, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), signal);
        await signal.Task;
    }

    private ReplyEvent Took(ReplyEvent reply)
    {
        if (reply is ReplyAudio audio)
        {
            _audio -= audio.Samples.Length;
            if (_audio < AudioLimit) Take(ref _writerWaits)?.TrySetResult();
        }
        return reply;
    }

    // Continuations never run inside the lock, nor on the stack of whoever signals.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource? Take(ref TaskCompletionSource? signal) => Interlocked.Exchange(ref signal, null);
}
