using System.Globalization;

namespace Parley.Benchmarks.Relay;

/// <summary>What a forwarder's process says of itself.</summary>
internal sealed record RelayFigures(long Flows, long FlowsBegun, long Refused, long KernelDrops)
{
    public static RelayFigures Parse(string line) =>
        line.Split(' ') is [var flows, var begun, var refused, var drops]
            ? new RelayFigures(Number(flows), Number(begun), Number(refused), Number(drops))
            : throw new BenchmarkException($"A forwarder said: {line}");

    public string Print() => string.Create(CultureInfo.InvariantCulture, $"{Flows} {FlowsBegun} {Refused} {KernelDrops}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
