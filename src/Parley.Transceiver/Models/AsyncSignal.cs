using System.Threading.Tasks.Sources;

namespace Parley.Transceiver.Models;

/// <summary>
/// An auto-reset event for one waiter. <see cref="Set"/> may come from any thread, takes no lock and allocates nothing; the waiter
/// goes on elsewhere: on its <see cref="SynchronizationContext"/> or the thread pool, never on the stack of the setter.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0, Signaled = 1, Waiting = 2;

    /// <summary>Stands in the place of a continuation when the wait ended before there was one.</summary>
    private static readonly Action<object?> Completed = static _ => { };

    private int _signal;

    // One wait: who goes on after it, and where.
    private Action<object?>? _continuation;
    private Action<object?>? _scheduled;
    private object? _argument;
    private SynchronizationContext? _context;
    private short _version;

    public void Set()
    {
        while (true)
        {
            switch (Volatile.Read(ref _signal))
            {
                case Signaled:
                case Idle when Interlocked.CompareExchange(ref _signal, Signaled, Idle) == Idle:
                    return;
                case Waiting when Interlocked.CompareExchange(ref _signal, Idle, Waiting) == Waiting:
                    if (Interlocked.Exchange(ref _continuation, Completed) is { } continuation) Schedule(continuation);
                    return;
            }
        }
    }

    /// <summary>Completes with the next <see cref="Set"/>, or with one that came since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        if (TryTakeSignal()) return default;
        _continuation = null;
        var wait = new ValueTask(this, ++_version);
        if (Interlocked.CompareExchange(ref _signal, Waiting, Idle) == Idle) return wait;
        TryTakeSignal();
        return default;
    }

    void IThreadPoolWorkItem.Execute() => GoOn();

    void IValueTaskSource.GetResult(short token) => Check(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        Check(token);
        return Volatile.Read(ref _continuation) == Completed ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        _argument = state;
        _context = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 ? SynchronizationContext.Current : null;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null) Schedule(continuation);
    }

    private void Schedule(Action<object?> continuation)
    {
        _scheduled = continuation;
        if (_context is { } context) context.Post(static signal => ((AsyncSignal)signal!).GoOn(), this);
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void GoOn()
    {
        var (continuation, argument) = (_scheduled!, _argument);
        (_scheduled, _argument, _context) = (null, null, null);
        continuation(argument);
    }

    private void Check(short token)
    {
        if (token != _version) throw new InvalidOperationException("This wait is over.");
    }

    private bool TryTakeSignal() => Interlocked.CompareExchange(ref _signal, Idle, Signaled) == Signaled;
}
