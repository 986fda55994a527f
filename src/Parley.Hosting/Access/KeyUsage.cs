using System.Diagnostics.CodeAnalysis;
using Parley.Hosting.Configuration;
using Parley.Realtime.Protocol;

namespace Parley.Hosting.Access;

/// <summary>What one key has used of its limits, and the calls that it has open. Thread-safe.</summary>
internal sealed class KeyUsage(KeyLimits limits, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly HashSet<CallLease> _open = [];
    private readonly Queue<long> _begun = [];
    private TimeSpan _usedToday;
    private DateTime _today = time.GetUtcNow().UtcDateTime.Date;
    private long _settledAt = time.GetTimestamp();
    private ITimer? _timer;

    /// <summary>Others hold from now on, for the calls under way, too.</summary>
    public void Change(KeyLimits changed)
    {
        lock (_lock)
        {
            Settle();
            limits = changed;
            while (_begun.Count > (limits.CallsPerMinute ?? 0)) _begun.Dequeue();
            Watch();
        }
    }

    /// <summary>Lets a call begin, or says which limit is in its way.</summary>
    public bool TryOpen([NotNullWhen(true)] out CallLease? lease, [NotNullWhen(false)] out ApiError? refusal)
    {
        lock (_lock)
        {
            Settle();
            lease = null;
            refusal = Refusal();
            if (refusal is not null) return false;
            lease = new CallLease(this);
            _open.Add(lease);
            if (limits.CallsPerMinute is not null) _begun.Enqueue(time.GetTimestamp());
            Watch();
            return true;
        }
    }

    /// <summary>For the lease alone.</summary>
    public void Close(CallLease lease)
    {
        lock (_lock)
        {
            Settle();
            _open.Remove(lease);
            Watch();
        }
    }

    /// <summary>What is left: calls that may begin now, and when more may; null without such a limit.</summary>
    public (int Limit, int Remaining, TimeSpan ResetIn)? CallsPerMinute
    {
        get
        {
            lock (_lock)
            {
                if (limits.CallsPerMinute is not { } limit) return null;
                DropOldStarts();
                return (limit, Math.Max(0, limit - _begun.Count), _begun.Count == 0 ? TimeSpan.Zero : UntilOldestLeaves());
            }
        }
    }

    private ApiError? Refusal()
    {
        if (limits.ConcurrentCalls is { } calls && _open.Count >= calls)
            return ApiError.TooMany("rate_limit_exceeded", "requests", $"This key may have {calls} calls at once, and has them. End one first.", TimeSpan.FromSeconds(5));
        if (limits.MinutesPerDay is { } minutes && _usedToday >= TimeSpan.FromMinutes(minutes))
            return ApiError.TooMany("insufficient_quota", "insufficient_quota", OutOfMinutes(minutes), UntilTomorrow());
        DropOldStarts();
        if (limits.CallsPerMinute is { } starts && _begun.Count >= starts)
            return ApiError.TooMany("rate_limit_exceeded", "requests", $"This key may begin {starts} calls a minute, and has. Try again later.", UntilOldestLeaves());
        return null;
    }

    private void DropOldStarts()
    {
        while (_begun.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window) _begun.Dequeue();
    }

    private TimeSpan UntilOldestLeaves() => Window - time.GetElapsedTime(_begun.Peek());

    /// <summary>Counts the time that has passed for each open call. The first look at a new day counts that day's part alone.</summary>
    private void Settle()
    {
        var elapsed = time.GetElapsedTime(_settledAt);
        _settledAt = time.GetTimestamp();
        var now = time.GetUtcNow().UtcDateTime;
        if (now.Date != _today)
        {
            (_today, _usedToday) = (now.Date, TimeSpan.Zero);
            if (elapsed > now.TimeOfDay) elapsed = now.TimeOfDay;
        }
        _usedToday += elapsed * _open.Count;
    }

    /// <summary>Comes back when the open calls will have used up the day's minutes, or the day is over.</summary>
    private void Watch()
    {
        if (limits.MinutesPerDay is not { } minutes)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        _timer ??= time.CreateTimer(static usage => ((KeyUsage)usage!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var due = Timeout.InfiniteTimeSpan;
        if (_open.Count > 0)
        {
            var left = (TimeSpan.FromMinutes(minutes) - _usedToday) / _open.Count;
            due = left < UntilTomorrow() ? left : UntilTomorrow();
            // Rounded up: a timer that is early by a fraction would come again and again.
            due = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(due.TotalMilliseconds)));
        }
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        CallLease[] over = [];
        RealtimeError reason;
        lock (_lock)
        {
            if (limits.MinutesPerDay is not { } minutes) return;
            Settle();
            if (_usedToday >= TimeSpan.FromMinutes(minutes)) over = [.. _open];
            else Watch();
            reason = new RealtimeError("insufficient_quota", "insufficient_quota", OutOfMinutes(minutes));
        }
        foreach (var lease in over) lease.End(reason);
    }

    private TimeSpan UntilTomorrow() => Day - time.GetUtcNow().UtcDateTime.TimeOfDay;

    private static string OutOfMinutes(int minutes) =>
        $"The {minutes} minutes of calls that this key has for a day (UTC) are used up. Ask the operator for more, or call tomorrow.";
}
