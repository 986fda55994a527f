using Parley.Benchmarks.Results;
using Parley.Net;
using Parley.Net.Routes;

namespace Parley.Benchmarks.Relay;

/// <summary>How soon the relay's native binary is ready, and the memory that it has when nothing happens.</summary>
internal sealed class RelayStartBenchmark : IBenchmark
{
    private const int Starts = 20;
    private const double MaxMilliseconds = 40;
    private const double MaxMegabytes = 25;

    /// <summary>What a start touches is resident by then, and the files have been looked at a second time.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1.5);

    public string Name => "relay-start";

    public string Summary => "the relay's native binary: time until it is ready, memory when idle";

    public IReadOnlyList<string> Notes =>
    [
        $"Published first (`./parley publish relay`), then started {Starts} times in turn, with UDP, TCP and metrics; the first start, which reads the file from disk, counts.",
        "ready: from before the process is made to its line that says so. resident: after 1.5 s without a packet.",
    ];

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("A relay needs Linux.");
        var folder = Directory.CreateTempSubdirectory("parley-relay-start-");
        try
        {
            return await MeasureAsync(folder, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var program = await NativeRelay.PublishAsync(folder, cancellationToken);
        var keys = Path.Combine(folder.FullName, "keys");
        RouteKeyFile.Save(keys, RouteKeyRing.Create(SystemRandomSource.Instance, TimeProvider.System.GetUtcNow()));
        var fleet = Path.Combine(folder.FullName, "fleet.json");
        await File.WriteAllTextAsync(fleet, """{ "cluster": 1, "nodes": { "7": "127.0.0.1:4000" } }""", cancellationToken);

        var ready = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            using var relay = await NativeRelay.StartAsync(program, keys, fleet, workers: 1, cancellationToken);
            ready.Add(relay.ReadyAfter.TotalMilliseconds);
        }
        ready.Sort();
        return
        [
            new("ready.median", ready[ready.Count / 2], "ms", Goal: Goal.AtMost(MaxMilliseconds)),
            new("ready.worst", ready[^1], "ms"),
            new("idle.resident.1-worker", await ResidentAsync(1), "MB", Goal: Goal.AtMost(MaxMegabytes)),
            new("idle.resident.4-workers", await ResidentAsync(4), "MB", Goal: Goal.AtMost(MaxMegabytes)),
            new("binary", new FileInfo(program).Length / 1e6, "MB"),
        ];

        async Task<double> ResidentAsync(int workers)
        {
            using var relay = await NativeRelay.StartAsync(program, keys, fleet, workers, cancellationToken);
            await Task.Delay(IdleTime, cancellationToken);
            return relay.ResidentBytes / 1e6;
        }
    }
}
