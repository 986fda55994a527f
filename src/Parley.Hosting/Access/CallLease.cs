using Parley.Realtime.Protocol;

namespace Parley.Hosting.Access;

/// <summary>One call or session that its key was let begin. Disposed when that has ended, however it did. Thread-safe.</summary>
internal sealed class CallLease(KeyUsage usage) : IDisposable
{
    private readonly Lock _lock = new();
    private Action<RealtimeError>? _end;
    private RealtimeError? _reason;
    private bool _isDisposed;

    /// <summary>Says how to end the call when a limit of its key is reached while it runs: at once, if that has happened already. For one caller, once.</summary>
    public void OnLimitReached(Action<RealtimeError> end)
    {
        RealtimeError? reason;
        lock (_lock)
        {
            _end = end;
            reason = _isDisposed ? null : _reason;
        }
        if (reason is not null) end(reason);
    }

    /// <summary>The limit is reached.</summary>
    public void End(RealtimeError reason)
    {
        Action<RealtimeError>? end;
        lock (_lock)
        {
            if (_isDisposed || _reason is not null) return;
            _reason = reason;
            end = _end;
        }
        end?.Invoke(reason);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _end = null;
        }
        usage.Close(this);
    }
}
