namespace Parley.Simulation;

/// <summary>Virtual time: a queue of actions, run in the order of their instants, then of their scheduling.</summary>
public sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _actions = new();
    private long _order;

    public Instant Now { get; private set; } = new(0);

    /// <summary>The instant of the next action; <see cref="Instant.Never"/> when nothing is scheduled.</summary>
    public Instant NextAction => _actions.TryPeek(out _, out var key) ? new Instant(key.Ticks) : Instant.Never;

    public void At(Instant at, Action action) =>
        _actions.Enqueue(action, (Math.Max(at.Ticks, Now.Ticks), _order++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>Runs the next action and moves time to it; false when there is none at or before <paramref name="end"/>.</summary>
    public bool TryStep(Instant end)
    {
        if (!_actions.TryPeek(out _, out var key) || key.Ticks > end.Ticks) return false;
        Now = new Instant(key.Ticks);
        _actions.Dequeue()();
        return true;
    }

    /// <summary>Runs everything up to <paramref name="end"/>, and leaves time there.</summary>
    public void RunUntil(Instant end)
    {
        while (TryStep(end)) { }
        if (end > Now && !end.IsNever) Now = end;
    }

    public void RunFor(TimeSpan span) => RunUntil(Now + span);

    /// <summary>Runs until <paramref name="condition"/> holds; throws, naming the phase, when <paramref name="within"/> passes first.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan within, string phase)
    {
        var end = Now + within;
        while (!condition())
            if (!TryStep(end)) throw new TimeoutException($"On virtual time: {phase} did not happen within {within}.");
    }
}
