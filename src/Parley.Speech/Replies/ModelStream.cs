namespace Parley.Speech.Replies;

/// <summary>
/// Reads a model's stream with a deadline for each step. When the deadline passes or the reply is cancelled the reader goes
/// on at once, even when the model does not react; its stream is then disposed of as soon as it does.
/// </summary>
internal sealed class ModelStream<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _cancellation;
    private readonly IAsyncEnumerator<T> _stream;
    private readonly TimeProvider _time;
    private Task<bool>? _abandoned;

    public ModelStream(Func<CancellationToken, IAsyncEnumerable<T>> open, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = time;
        _cancellation = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stream = open(_stop.Token).GetAsyncEnumerator(_stop.Token);
    }

    public T Current => _stream.Current;

    /// <summary>Throws <see cref="TimeoutException"/> when the model brings nothing for <paramref name="timeout"/>.</summary>
    public async ValueTask<bool> MoveNextAsync(TimeSpan timeout)
    {
        _cancellation.ThrowIfCancellationRequested();
        var step = _stream.MoveNextAsync();
        if (step.IsCompleted) return await step;
        var task = step.AsTask();
        try
        {
            return await task.WaitAsync(timeout, _time, _cancellation);
        }
        catch (Exception) when (!task.IsCompleted)
        {
            _abandoned = task;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        if (_abandoned is not null) _ = DisposeLaterAsync(_abandoned);
        else await DisposeNowAsync();
    }

    private async Task DisposeLaterAsync(Task<bool> step)
    {
        try
        {
            await step;
        }
        catch (Exception)
        {
            // Nobody waits for this step any more; its failure was already told as a time-out or a cancellation.
        }
        await DisposeNowAsync();
    }

    private async Task DisposeNowAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (Exception)
        {
            // A stream that fails while it is given up changes nothing for the reply.
        }
        _stop.Dispose();
    }
}
