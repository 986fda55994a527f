namespace Parley.Benchmarks.Results;

/// <summary>One figure.</summary>
/// <param name="Name">Dotted, the same in every run.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">As printed.</param>
/// <param name="Yardstick">What the reference took in the same run, in the same unit; null where there is none.</param>
/// <param name="Goal">Bounds the ratio where there is a yardstick, otherwise the value; null where there is none.</param>
internal sealed record BenchmarkResult(string Name, double Value, string Unit, double? Yardstick = null, Goal? Goal = null)
{
    /// <summary>Value divided by yardstick.</summary>
    public double? Ratio => Value / Yardstick;

    public bool? IsMet => Goal?.IsMetBy(Ratio ?? Value);
}
