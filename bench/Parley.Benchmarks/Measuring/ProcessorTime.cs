using System.Diagnostics;

namespace Parley.Benchmarks.Measuring;

/// <summary>Processor time of the whole process, all threads: for work that is too long to repeat and runs where it likes.</summary>
internal static class ProcessorTime
{
    public static async Task<TimeSpan> OfAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await work();
        process.Refresh();
        return process.TotalProcessorTime - before;
    }
}
