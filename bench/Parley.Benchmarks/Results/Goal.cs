namespace Parley.Benchmarks.Results;

/// <summary>A bound that a figure should keep to.</summary>
internal sealed record Goal(double Bound, bool IsFloor)
{
    public static Goal AtMost(double bound) => new(bound, IsFloor: false);

    public static Goal AtLeast(double bound) => new(bound, IsFloor: true);

    public bool IsMetBy(double figure) => IsFloor ? figure >= Bound : figure <= Bound;
}
