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

    public static AllocationMeter Start()
    {
        GC.Collect();
        return new AllocationMeter(GC.GetAllocatedBytesForCurrentThread());
    }
}
