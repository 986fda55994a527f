namespace Parley;

/// <summary>
/// A point on a monotonic clock, in ticks of 100 ns since an origin that only the driver knows.
/// Pure code receives it as an argument; only drivers make one from a clock.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Later than every instant that a driver makes: "no deadline".</summary>
    public static readonly Instant Never = new(long.MaxValue);

    public bool IsNever => Ticks == long.MaxValue;

    public static Instant FromMilliseconds(double milliseconds) => new((long)(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>Milliseconds since the clock's origin.</summary>
    public double TotalMilliseconds => (double)Ticks / TimeSpan.TicksPerMillisecond;

    public static Instant Earlier(Instant left, Instant right) => left.Ticks <= right.Ticks ? left : right;

    public static Instant operator +(Instant instant, TimeSpan span) =>
        instant.IsNever ? Never : new(instant.Ticks + span.Ticks);

    public static Instant operator -(Instant instant, TimeSpan span) =>
        instant.IsNever ? Never : new(instant.Ticks - span.Ticks);

    public static TimeSpan operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    public Instant Add(TimeSpan span) => this + span;

    public TimeSpan Subtract(Instant other) => this - other;

    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => IsNever ? "never" : $"{TotalMilliseconds:0.###} ms";
}
