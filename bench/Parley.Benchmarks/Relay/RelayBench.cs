using System.Globalization;

namespace Parley.Benchmarks.Relay;

/// <summary>Runs one forwarder under one load: the forwarder on the first core, the load on the second.</summary>
internal sealed class RelayBench(string cForwarder, string load, int forwarderCore, int loadCore)
{
    public async Task<LoadResult> MeasureAsync(Contestant contestant, LoadShape shape, CancellationToken cancellationToken) =>
        (await MeasureWithFiguresAsync(contestant, shape, cancellationToken)).Load;

    public async Task<(LoadResult Load, RelayFigures? Figures)> MeasureWithFiguresAsync(
        Contestant contestant, LoadShape shape, CancellationToken cancellationToken)
    {
        await using var forwarder = await ForwarderRun.StartAsync(contestant, forwarderCore, cForwarder);
        using var process = CProgram.Start(
            load, Text(loadCore), Text(forwarder.ProcessId), forwarder.PublicPort, forwarder.InnerPort, Text(ForwarderRun.NodePort), Text(ForwarderRun.Nodes),
            Text(shape.Flows), shape.Length.TotalSeconds.ToString(CultureInfo.InvariantCulture), shape.Rate.ToString("F0", CultureInfo.InvariantCulture),
            contestant.Bundles ? "1" : "0", shape.Flood.ToString("F0", CultureInfo.InvariantCulture));
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new BenchmarkException($"The load failed: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
        return (LoadResult.Parse(output), contestant.IsC ? null : await forwarder.ReadFiguresAsync());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
