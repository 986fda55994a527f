using Parley.Benchmarks.Echo.Sockets;
using Parley.Benchmarks.Results;

namespace Parley.Benchmarks.Echo;

/// <summary>What a call costs the live server: processor time, delay, memory, and time to its first media.</summary>
internal sealed class EchoBenchmark : IBenchmark
{
    /// <summary>
    /// Calls that are there before anything is measured: what all calls share (code, buffers) is made by them. More than 30, because the runtime compiles
    /// what has run so often once more, and what a call does once would else be compiled by those that are measured.
    /// </summary>
    private const int WarmUpCalls = 64;

    private IReadOnlyList<int> _calls = [200, 1000];
    private TimeSpan _length = TimeSpan.FromSeconds(10);

    public string Name => "echo";

    public string Summary => "the live server with its echo agent: processor time, round trip, memory and set-up for each call";

    public string Usage => "[--calls N] [--seconds S]   N calls instead of 200 and then 1000; S seconds of each measurement [10]";

    public IReadOnlyList<string> Notes =>
    [
        "The server, parley serve --agent echo, on one core; its callers, with the whole WebRTC stack and frames of 88 bytes, on another. 50 packets a second",
        "in and 50 out for each call, spread evenly. cpu: user and kernel time of the server; yardstick: a process that sends plain datagrams of the same",
        "length back, by batches each millisecond. round-trip: from the caller's clock reading to the caller's clock reading; includes both ends' waits.",
        $"memory: growth of the resident set from the first {WarmUpCalls} calls, which bring what all share, to all. first-media: offer posted to first frame back; calls are set up",
        "one after the other while those before talk. callers.core: how much of their core the callers use; near 1 they are what is measured.",
    ];

    public bool TryConfigure(IReadOnlyList<string> options) => NumberOption.TrySet(options,
        new("--calls", WarmUpCalls + 1, ManyAddressPort.MaxFlows, calls => _calls = [calls]),
        new("--seconds", 1, int.MaxValue, seconds => _length = TimeSpan.FromSeconds(seconds)));

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("This measures system calls of Linux.");
        var (serverCore, callerCore) = Cores.Two("the server", "its callers");
        Cores.PinProcess(callerCore);
        List<BenchmarkResult> results = [];
        await using (var server = await EchoServerRun.StartAsync(serverCore, _calls[^1]))
        {
            var idle = server.ResidentBytes;
            for (var i = 0; i < WarmUpCalls; i++) await server.CallAsync(cancellationToken);
            var warm = await server.MeasureAsync(TimeSpan.FromSeconds(2), cancellationToken);
            var warmBytes = server.ResidentBytes;
            List<double> setUps = [];
            foreach (var calls in _calls)
            {
                while (server.Calls < calls) setUps.Add((await server.CallAsync(cancellationToken)).TotalMilliseconds);
                var run = await server.MeasureAsync(_length, cancellationToken);
                AddRun(run, await UdpEchoRun.MeasureAsync(serverCore, calls, _length, cancellationToken), results);
                results.Add(new($"calls-{calls}.memory", (server.ResidentBytes - warmBytes) / 1024.0 / (calls - warm.Flows), "KiB/call", Goal: Goal.AtMost(64)));
            }
            results.Add(new("memory.idle", idle / 1048576.0, "MiB"));
            results.Add(new($"memory.first-{WarmUpCalls}-calls", (warmBytes - idle) / 1048576.0, "MiB"));
            setUps.Sort();
            results.Add(new("first-media.p50", setUps[setUps.Count / 2], "ms", Goal: Goal.AtMost(10)));
            results.Add(new("first-media.p99", setUps[setUps.Count * 99 / 100], "ms"));
        }
        return results;
    }

    private static void AddRun(SteadyRun run, SteadyRun udp, List<BenchmarkResult> results)
    {
        var name = $"calls-{run.Flows}";
        results.Add(new($"{name}.cpu", run.ProcessorMs, "ms/call-second", Goal: Goal.AtMost(0.5)));
        results.Add(new($"{name}.cpu.vs-udp", run.ProcessorMs, "ms/call-second", udp.ProcessorMs));
        results.Add(new($"{name}.cpu.kernel.vs-udp", run.KernelMs, "ms/call-second", udp.KernelMs));
        results.Add(new($"{name}.round-trip.p50", run.MedianMs, "ms"));
        results.Add(new($"{name}.round-trip.p99", run.P99Ms, "ms", Goal: Goal.AtMost(5)));
        results.Add(new($"{name}.round-trip.p99.vs-udp", run.P99Ms, "ms", udp.P99Ms));
        results.Add(new($"{name}.round-trip.p99.9", run.P999Ms, "ms"));
        results.Add(new($"{name}.lost", run.Lost, "of frames", Goal: Goal.AtMost(0)));
        results.Add(new($"{name}.callers.core", run.CallersShare, "of a core"));
    }
}
