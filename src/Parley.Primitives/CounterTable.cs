using System.Runtime.CompilerServices;

namespace Parley;

/// <summary>
/// One counter for each value of <typeparamref name="TReason"/>, whose values must be 0, 1, 2, …
/// Written by one thread; other threads may read values that are slightly old.
/// </summary>
public sealed class CounterTable<TReason>
    where TReason : struct, Enum
{
    private readonly long[] _counts = new long[Enum.GetValues<TReason>().Length];

    public long this[TReason reason] => Volatile.Read(ref _counts[Unsafe.BitCast<TReason, int>(reason)]);

    public long Total
    {
        get
        {
            long total = 0;
            foreach (ref var count in _counts.AsSpan()) total += Volatile.Read(ref count);
            return total;
        }
    }

    public void Increment(TReason reason) => _counts[Unsafe.BitCast<TReason, int>(reason)]++;

    public void Add(TReason reason, long amount) => _counts[Unsafe.BitCast<TReason, int>(reason)] += amount;

    /// <summary>Every reason with its count, for reports. Allocates.</summary>
    public IEnumerable<KeyValuePair<TReason, long>> NonZero()
    {
        foreach (var reason in Enum.GetValues<TReason>())
            if (this[reason] != 0) yield return new(reason, this[reason]);
    }
}
