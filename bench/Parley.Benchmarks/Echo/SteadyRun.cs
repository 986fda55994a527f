using System.Diagnostics;

namespace Parley.Benchmarks.Echo;

/// <summary>What a server did with a number of flows over some seconds.</summary>
internal sealed record SteadyRun
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(8);

    /// <summary>Longer than any frame is under way.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    public required int Flows { get; init; }

    /// <summary>Processor time of the server in milliseconds for a flow and a second.</summary>
    public required double ProcessorMs { get; init; }

    /// <summary>The part of it that was spent in the kernel.</summary>
    public required double KernelMs { get; init; }

    /// <summary>How much of their core the callers took: near 1 they would be what is measured.</summary>
    public required double CallersShare { get; init; }

    /// <summary>Frames that did not come back, as a share of those sent.</summary>
    public required double Lost { get; init; }

    public required double MedianMs { get; init; }

    public required double P99Ms { get; init; }

    public required double P999Ms { get; init; }

    /// <summary>Lets everything settle under load, then measures. <paramref name="loop"/> sends afterwards as before.</summary>
    public static async Task<SteadyRun> MeasureAsync(PinnedProcess server, FlowLoop loop, FrameTally tally, int flows, TimeSpan length, CancellationToken cancellationToken)
    {
        loop.IsSending = true;
        await Task.Delay(SettleTime, cancellationToken);
        loop.IsSending = false;
        await Task.Delay(Silence, cancellationToken);
        await loop.RunAsync(_ => tally.Clear());
        using var self = Process.GetCurrentProcess();
        loop.IsSending = true;
        var (before, callersBefore, began) = (server.ProcessorUse, self.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(length, cancellationToken);
        var use = server.ProcessorUse - before;
        self.Refresh();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var callers = (self.TotalProcessorTime - callersBefore).TotalSeconds / seconds;
        loop.IsSending = false;
        await Task.Delay(Silence, cancellationToken);
        var run = new SteadyRun
        {
            Flows = flows,
            ProcessorMs = use.Total.TotalMilliseconds / flows / seconds,
            KernelMs = use.Kernel.TotalMilliseconds / flows / seconds,
            CallersShare = callers,
            Lost = 1 - ((double)tally.Returned / tally.Sent),
            MedianMs = tally.Quantile(0.5),
            P99Ms = tally.Quantile(0.99),
            P999Ms = tally.Quantile(0.999),
        };
        loop.IsSending = true;
        return run;
    }
}
