namespace Parley.Cli.Load;

/// <summary>How a time was spread over calls: what half, 95 % and 99 % of them did not exceed, and none. Null where no call had one.</summary>
internal readonly record struct Spread(TimeSpan? P50, TimeSpan? P95, TimeSpan? P99, TimeSpan? Max)
{
    public static Spread Of(IEnumerable<TimeSpan?> times)
    {
        TimeSpan[] sorted = [.. times.OfType<TimeSpan>().Order()];
        return new Spread(At(0.5), At(0.95), At(0.99), At(1));

        TimeSpan? At(double share) => sorted.Length == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
