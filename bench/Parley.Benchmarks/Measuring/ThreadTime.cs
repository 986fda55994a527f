using System.Runtime.InteropServices;

namespace Parley.Benchmarks.Measuring;

/// <summary>Processor time of this thread: for work in small pieces, which others on the machine would disturb.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    public static TimeSpan Now => TimeSpan.FromTicks(Nanoseconds / TimeSpan.NanosecondsPerTick);

    public static long Nanoseconds
    {
        get
        {
            if (clock_gettime(ThreadClock, out var time) != 0) throw new InvalidOperationException("This system has no clock of a thread's processor time.");
            return time.Seconds * 1_000_000_000 + time.Nanoseconds;
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
