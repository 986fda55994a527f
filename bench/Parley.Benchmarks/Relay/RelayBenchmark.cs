using Parley.Benchmarks.Echo.Sockets;
using Parley.Benchmarks.Results;

namespace Parley.Benchmarks.Relay;

/// <summary>What a relay's worker costs for each packet against a forwarder in C, what it adds in delay, and what a flood does to it.</summary>
internal sealed class RelayBenchmark : IBenchmark
{
    private const int Flows = 10_000;
    private const int FloodedFlows = 1000;
    private const double PacketsOfCall = 100;
    private const double PacedRate = 50_000;

    private int _rounds = 5;
    private TimeSpan _length = TimeSpan.FromSeconds(2);

    public string Name => "relay";

    public string Summary => "a relay's worker: processor time for each packet, delay, loss, and a flood of forged first packets";

    public string Usage => "[--rounds N] [--seconds S]   N rounds in which the contestants take turns [5]; S seconds of each measurement [2]";

    public IReadOnlyList<string> Notes =>
    [
        $"The forwarder on one core; clients and {ForwarderRun.Nodes} transceivers, one thread of C, on another. {Flows:N0} flows, half of the packets up and half down, 60 to 159 bytes.",
        "cpu: user and kernel time of the forwarder's process for each packet that arrives; on loopback the sender also pays for delivery. yardstick: bench/c/forwarder.c, which",
        "does the same (flow table, inner header, recvmmsg and sendmmsg, drained each millisecond) without bundling, in turns with ours; ratio: the median of the rounds' ratios.",
        "saturation: 1024 packets in flight each way. core: how much of its core the forwarder used there; below 0.95 it was the load that was saturated (load.core).",
        "load: at 20 to 90 % of what a core does without bundling, by the processor time above; a rate below its yardstick was all that the load could send.",
        "delay: from the sender's to the receiver's clock reading, both on one thread, whose own waits are in it. calls: at 50 packets a second each way.",
    ];

    public bool TryConfigure(IReadOnlyList<string> options) => NumberOption.TrySet(options,
        new("--rounds", 1, int.MaxValue, rounds => _rounds = rounds),
        new("--seconds", 1, int.MaxValue, seconds => _length = TimeSpan.FromSeconds(seconds)));

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("This measures system calls of Linux.");
        var (forwarderCore, loadCore) = Cores.Two("the forwarder", "its load");
        var bench = new RelayBench(
            await CProgram.CompileAsync("forwarder", cancellationToken), await CProgram.CompileAsync("load", cancellationToken), forwarderCore, loadCore);
        List<BenchmarkResult> results = [];
        var saturated = await AddSaturationAsync(bench, results, cancellationToken);
        await AddPacedAsync(bench, results, cancellationToken);
        await AddDelaysAsync(bench, saturated, results, cancellationToken);
        await AddFloodAsync(bench, saturated, results, cancellationToken);
        RouteContenders.Add(results);
        return results;
    }

    /// <summary>The rate at which one that does not bundle is saturated.</summary>
    private async Task<double> AddSaturationAsync(RelayBench bench, List<BenchmarkResult> results, CancellationToken cancellationToken)
    {
        var shape = new LoadShape(Flows, _length);
        var runs = await TakeTurnsAsync(bench, shape, [Contestant.C, Contestant.Plain, Contestant.Bundling], cancellationToken);
        var (c, plain, bundling) = (runs[0], runs[1], runs[2]);
        results.Add(Against("saturation.plain.cpu", plain, c, run => run.ProcessorNs, "ns/packet", 1.05));
        results.Add(Against("saturation.bundling.cpu", bundling, c, run => run.ProcessorNs, "ns/packet", 0.75));
        results.Add(Against("saturation.transceiver.cpu", bundling, plain, run => run.TransceiverNs, "ns/packet", 0.5));
        results.Add(new("saturation.bundling.packets-per-datagram", Median(bundling, run => run.PacketsPerDatagram), "packets"));
        foreach (var (name, each) in new[] { ("plain", plain), ("bundling", bundling) })
        {
            results.Add(new($"saturation.{name}.rate", Median(each, run => run.Rate), "packets/s"));
            results.Add(new($"saturation.{name}.core", Median(each, run => run.Share), "of a core"));
            results.Add(new($"saturation.{name}.load.core", Median(each, run => run.LoadShare), "of a core"));
            results.Add(new($"saturation.{name}.calls", 1e9 / Median(each, run => run.ProcessorNs) / PacketsOfCall, "calls/core"));
        }
        return 1e9 / Median(plain, run => run.ProcessorNs);
    }

    private async Task AddPacedAsync(RelayBench bench, List<BenchmarkResult> results, CancellationToken cancellationToken)
    {
        var shape = new LoadShape(Flows, _length, PacedRate);
        var runs = await TakeTurnsAsync(bench, shape, [Contestant.C, Contestant.Plain, Contestant.Bundling], cancellationToken);
        results.Add(Against("paced-50k.plain.cpu", runs[1], runs[0], run => run.ProcessorNs, "ns/packet", 1.10));
        results.Add(Against("paced-50k.bundling.cpu", runs[2], runs[0], run => run.ProcessorNs, "ns/packet", goal: null));
    }

    private async Task AddDelaysAsync(RelayBench bench, double saturated, List<BenchmarkResult> results, CancellationToken cancellationToken)
    {
        foreach (var percent in new[] { 20, 50, 80, 90 })
        {
            var shape = new LoadShape(Flows, _length, saturated * percent / 100);
            var run = (await TakeTurnsAsync(bench, shape, [Contestant.Bundling], cancellationToken))[0];
            var name = $"load-{percent}";
            results.Add(new($"{name}.rate", Median(run, each => each.Rate), "packets/s", shape.Rate));
            if (percent < 90)
            {
                results.Add(new($"{name}.delay.p50", Median(run, each => each.MedianMicroseconds), "us"));
                results.Add(new($"{name}.delay.p99", Median(run, each => each.P99Microseconds), "us"));
                results.Add(new($"{name}.delay.p99.9", Median(run, each => each.P999Microseconds), "us"));
            }
            results.Add(new($"{name}.lost", Median(run, each => each.LostShare), "of packets", Goal: percent < 90 ? Goal.AtMost(0) : null));
        }
    }

    private async Task AddFloodAsync(RelayBench bench, double saturated, List<BenchmarkResult> results, CancellationToken cancellationToken)
    {
        var shape = new LoadShape(FloodedFlows, _length, FloodedFlows * PacketsOfCall, saturated / 2);
        var runs = new List<(LoadResult Load, RelayFigures? Figures)>();
        for (var round = 0; round < _rounds; round++) runs.Add(await bench.MeasureWithFiguresAsync(Contestant.Bundling, shape, cancellationToken));
        results.Add(new("flood.lost", Median([.. runs.Select(run => run.Load)], run => run.LostShare), "of packets", Goal: Goal.AtMost(0.001)));
        results.Add(new("flood.refused", runs.Average(run => run.Figures!.Refused), "first packets"));
        results.Add(new("flood.flows", runs.Max(run => run.Figures!.Flows), "flows", Goal: Goal.AtMost(FloodedFlows)));
    }

    /// <summary>Each contestant once in each round, so that whatever else the machine does falls on all of them alike.</summary>
    private async Task<List<LoadResult>[]> TakeTurnsAsync(
        RelayBench bench, LoadShape shape, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var runs = contestants.Select(_ => new List<LoadResult>()).ToArray();
        for (var round = 0; round < _rounds; round++)
            for (var i = 0; i < contestants.Count; i++) runs[i].Add(await bench.MeasureAsync(contestants[i], shape, cancellationToken));
        return runs;
    }

    /// <summary>The yardstick is scaled so that the ratio is the median of the rounds' own, which is steadier than that of two medians.</summary>
    private static BenchmarkResult Against(
        string name, IReadOnlyList<LoadResult> runs, IReadOnlyList<LoadResult> yardstick, Func<LoadResult, double> figure, string unit, double? goal)
    {
        var value = Median(runs, figure);
        var ratios = runs.Zip(yardstick, (mine, theirs) => figure(mine) / figure(theirs)).Order().ToList();
        return new BenchmarkResult(name, value, unit, value / ratios[ratios.Count / 2], goal is { } bound ? Goal.AtMost(bound) : null);
    }

    private static double Median(IReadOnlyList<LoadResult> runs, Func<LoadResult, double> figure) =>
        runs.Select(figure).Order().ElementAt(runs.Count / 2);
}
