using System.Diagnostics;
using System.Runtime;

namespace Parley.Benchmarks.Measuring;

/// <summary>
/// Times contenders in turn, round after round, so that whatever else the machine does falls on all of them alike; the median
/// of many short rounds is one that nothing disturbed.
/// </summary>
internal static class Race
{
    private const int FewestRounds = 51;
    private static readonly TimeSpan ShortestWarmUp = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(8);

    /// <summary>Longer than the pause after which the runtime compiles hot methods again (100 ms), with room for a busy machine.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>The median time of one operation of each contender, in nanoseconds.</summary>
    public static IReadOnlyList<double> MedianNanoseconds(TimeSpan length, params IReadOnlyList<Contender> contenders) =>
        Median(Time, length, contenders);

    /// <summary>The same in processor time, for rounds so long that most are interrupted on a busy machine.</summary>
    public static IReadOnlyList<double> MedianProcessorNanoseconds(TimeSpan length, params IReadOnlyList<Contender> contenders) =>
        Median(ProcessorTimeOf, length, contenders);

    /// <summary>Bytes that one operation allocates on this thread, after the runtime has settled.</summary>
    public static double BytesAllocated(Contender contender)
    {
        const int Runs = 20;
        WarmUp([contender]);
        long bytes = 0;
        for (var i = 0; i < Runs; i++)
        {
            contender.Prepare();
            var before = GC.GetAllocatedBytesForCurrentThread();
            contender.Run();
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return (double)bytes / Runs / contender.Operations;
    }

    private static IReadOnlyList<double> Median(Func<Contender, double> time, TimeSpan length, IReadOnlyList<Contender> contenders)
    {
        WarmUp(contenders);
        var rounds = contenders.Select(_ => new List<double>()).ToList();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < length || rounds[0].Count < FewestRounds)
        {
            for (var i = 0; i < contenders.Count; i++) rounds[i].Add(time(contenders[i]));
        }
        return [.. rounds.Select(Median)];
    }

    private static double Time(Contender contender)
    {
        contender.Prepare();
        var start = Stopwatch.GetTimestamp();
        contender.Run();
        return (Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency / contender.Operations;
    }

    private static double ProcessorTimeOf(Contender contender)
    {
        contender.Prepare();
        var start = ThreadTime.Nanoseconds;
        contender.Run();
        return (double)(ThreadTime.Nanoseconds - start) / contender.Operations;
    }

    /// <summary>Runs all until the just-in-time compiler has been still for a while: what is measured is optimised code.</summary>
    private static void WarmUp(IReadOnlyList<Contender> contenders)
    {
        var watch = Stopwatch.StartNew();
        var compiled = JitInfo.GetCompiledMethodCount();
        var lastChange = TimeSpan.Zero;
        while (watch.Elapsed < ShortestWarmUp || (watch.Elapsed - lastChange < SettledAfter && watch.Elapsed < LongestWarmUp))
        {
            foreach (var contender in contenders) Time(contender);
            if (JitInfo.GetCompiledMethodCount() == compiled) continue;
            compiled = JitInfo.GetCompiledMethodCount();
            lastChange = watch.Elapsed;
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
