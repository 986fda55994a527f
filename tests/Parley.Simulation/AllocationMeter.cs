namespace Parley.Simulation;

/// <summary>
/// Bytes that the current thread allocates. A garbage collection in between makes the runtime count up to 8 KiB that were
/// never used (the rest of the thread's allocation buffer). Starting therefore collects, so that the next collection is
/// far away, and tests that measure run in a collection with parallelism disabled, so that nobody else brings it about.
/// </summary>
public readonly struct AllocationMeter
{
    private readonly long _start;

    private AllocationMeter(long start) => _start = start;

    public long Bytes => GC.GetAllocatedBytesForCurrentThread() - _start;

    /// <summary>
    /// Bytes that the current thread allocates in <paramref name="work"/>, from a run that no collection fell into: for tests
    /// that run beside others. The work is repeated until there is such a run; where it seems to allocate, the least of a few counts, because
    /// the second pause of a background collection, which nothing counts, has the same effect, and what does allocate does so each time.
    /// </summary>
    public static long Undisturbed(Action work)
    {
        var least = long.MaxValue;
        var runs = 0;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var collections = GC.CollectionCount(0);
            var start = GC.GetAllocatedBytesForCurrentThread();
            work();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - start;
            if (GC.CollectionCount(0) != collections) continue;
            least = Math.Min(least, bytes);
            if (least == 0 || ++runs == EnoughRuns) return least;
        }
        throw new InvalidOperationException($"A garbage collection fell into each of {MaxAttempts} runs: measure less at a time.");
    }

    public static AllocationMeter Start()
    {
        GC.Collect();
        return new AllocationMeter(GC.GetAllocatedBytesForCurrentThread());
    }

    private const int MaxAttempts = 1000;
    private const int EnoughRuns = 5;
}
