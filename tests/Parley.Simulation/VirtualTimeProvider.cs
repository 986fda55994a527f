namespace Parley.Simulation;

/// <summary>A <see cref="TimeProvider"/> on virtual time: time-outs and delays of asynchronous code fire as actions of the clock.</summary>
public sealed class VirtualTimeProvider(VirtualClock clock) : TimeProvider
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => clock.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Origin.AddTicks(clock.Now.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(clock, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _generation;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Schedule(dueTime, ++_generation);
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Schedule(TimeSpan dueTime, int generation)
        {
            if (dueTime < TimeSpan.Zero) return;
            clock.After(dueTime, () =>
            {
                if (generation != _generation) return;
                if (_period > TimeSpan.Zero) Schedule(_period, generation);
                callback(state);
            });
        }
    }
}
