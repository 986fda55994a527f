using System.Runtime.InteropServices;

namespace Parley.Relay.Limits;

/// <summary>
/// Rates of very many keys in memory that is taken once. Each key has one number, the time at which its bucket is full again (the
/// "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371 §A). A bucket that is full needs no place, so
/// a newcomer takes the place of the one in its set that is full soonest: what a key can gain by being pushed out is what it
/// would have had in a moment. Not thread-safe; allocates nothing.
/// </summary>
public sealed class RateLimiter
{
    /// <summary>Places of a set: they fill one cache line.</summary>
    private const int Ways = 4;

    private readonly Place[] _places;
    private readonly ulong _setMask;
    private readonly long _interval;
    private readonly long _tolerance;
    private readonly ulong _seed1;
    private readonly ulong _seed2;

    /// <param name="capacity">Keys remembered at a time: a power of two, 16 bytes each.</param>
    /// <param name="random">Makes the places of keys unforeseeable, so that nobody can choose keys that share a set with another's.</param>
    public RateLimiter(RateLimit limit, int capacity, IRandomSource random)
    {
        if (capacity < Ways || (capacity & (capacity - 1)) != 0) throw new ArgumentException("The capacity must be a power of two.", nameof(capacity));
        _places = new Place[capacity];
        _setMask = (ulong)(capacity / Ways) - 1;
        _interval = TimeSpan.TicksPerSecond / limit.PerSecond;
        _tolerance = _interval * (limit.Burst - 1);
        _seed1 = random.NextUInt64();
        _seed2 = random.NextUInt64();
    }

    /// <summary>True, and one is taken, while <paramref name="key"/> keeps its rate.</summary>
    public bool TryTake(UInt128 key, Instant now)
    {
        var hash = Hash(key);
        ref var place = ref Find(hash);
        var full = place.Hash == hash ? Math.Max(place.FullAt, now.Ticks) : now.Ticks;
        if (full - now.Ticks > _tolerance) return false;
        place = new Place(hash, full + _interval);
        return true;
    }

    /// <summary>The key's place, or the one that it may take.</summary>
    private ref Place Find(ulong hash)
    {
        var set = _places.AsSpan((int)((hash >> 32) & _setMask) * Ways, Ways);
        var soonest = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].Hash == hash) return ref set[i];
            if (set[i].FullAt < set[soonest].FullAt) soonest = i;
        }
        return ref set[soonest];
    }

    private ulong Hash(UInt128 key)
    {
        var product = Math.BigMul((ulong)key ^ _seed1, (ulong)(key >> 64) ^ _seed2);
        product = Math.BigMul((ulong)product ^ (ulong)(product >> 64) ^ _seed2, _seed1 | 1);
        return (ulong)product ^ (ulong)(product >> 64);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Place(ulong Hash, long FullAt);
}
