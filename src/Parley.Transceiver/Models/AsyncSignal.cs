using System.Threading.Tasks.Sources;

namespace Parley.Transceiver.Models;

/// <summary>
/// An auto-reset event for one waiter. <see cref="Set"/> may come from any thread, takes no lock and allocates nothing; the waiter
/// goes on elsewhere: on its <see cref="SynchronizationContext"/> or the thread pool, never on the stack of the setter.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0, Signaled = 1, Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Signaled:
                case Idle when Interlocked.CompareExchange(ref _state, Signaled, Idle) == Idle:
                    return;
                case Waiting when Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting:
                    _core.SetResult(true);
                    return;
            }
        }
    }

    /// <summary>Completes with the next <see cref="Set"/>, or with one that came since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        if (TryTakeSignal()) return default;
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle) return new ValueTask(this, _core.Version);
        TryTakeSignal();
        return default;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool TryTakeSignal() => Interlocked.CompareExchange(ref _state, Idle, Signaled) == Signaled;
}
