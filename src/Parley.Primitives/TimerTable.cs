using System.Runtime.CompilerServices;

namespace Parley;

/// <summary>
/// The timers of one machine: one slot for each value of <typeparamref name="TTimer"/>, whose values must be 0, 1, 2, …
/// The number of slots is taken from the enum. The earliest deadline is cached. Not thread-safe.
/// </summary>
public sealed class TimerTable<TTimer>
    where TTimer : struct, Enum
{
    private static readonly string[] Reasons = NamesInOrder();

    private readonly Instant[] _slots;
    private readonly string _prefix;
    private readonly string[] _reasons;
    private Deadline _next = Deadline.None;

    /// <param name="prefix">What the machine is called in deadline reasons, for example "ice" in "ice.Consent".</param>
    public TimerTable(string prefix)
    {
        _prefix = prefix;
        _slots = new Instant[Reasons.Length];
        _reasons = PrefixedReasons.Of(_prefix, Reasons);
        Array.Fill(_slots, Instant.Never);
    }

    /// <summary>The earliest timer that is set, O(1).</summary>
    public Deadline Next => _next;

    public Instant this[TTimer timer] => _slots[Index(timer)];

    public bool IsSet(TTimer timer) => !_slots[Index(timer)].IsNever;

    public void Set(TTimer timer, Instant at)
    {
        var index = Index(timer);
        var wasNext = _slots[index] == _next.At;
        _slots[index] = at;
        if (at <= _next.At) _next = at.IsNever ? Recompute() : new Deadline(at, _reasons[index]);
        else if (wasNext) _next = Recompute();
    }

    public void Stop(TTimer timer) => Set(timer, Instant.Never);

    public void StopAll()
    {
        Array.Fill(_slots, Instant.Never);
        _next = Deadline.None;
    }

    /// <summary>Takes one timer that is due at <paramref name="now"/>, earliest first, and stops it.</summary>
    public bool TryTakeDue(Instant now, out TTimer timer)
    {
        if (_next.At > now || _next.IsNone)
        {
            timer = default;
            return false;
        }
        var due = 0;
        for (var i = 1; i < _slots.Length; i++)
            if (_slots[i] < _slots[due]) due = i;
        _slots[due] = Instant.Never;
        _next = Recompute();
        timer = Unsafe.BitCast<int, TTimer>(due);
        return true;
    }

    private Deadline Recompute()
    {
        var next = Deadline.None;
        for (var i = 0; i < _slots.Length; i++)
            if (_slots[i] < next.At) next = new Deadline(_slots[i], _reasons[i]);
        return next;
    }

    private static int Index(TTimer timer) => Unsafe.BitCast<TTimer, int>(timer);

    private static string[] NamesInOrder()
    {
        var names = Enum.GetNames<TTimer>();
        var values = Enum.GetValues<TTimer>();
        for (var i = 0; i < values.Length; i++)
            if (Index(values[i]) != i) throw new ArgumentException($"{typeof(TTimer)} must number its timers 0, 1, 2, …");
        return names;
    }
}

/// <summary>Deadline reasons, made once per prefix and enum.</summary>
internal static class PrefixedReasons
{
    public static string[] Of(string prefix, string[] names) =>
        Array.ConvertAll(names, name => string.Intern($"{prefix}.{name}"));
}
