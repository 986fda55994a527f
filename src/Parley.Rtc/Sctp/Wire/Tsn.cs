namespace Parley.Rtc.Sctp.Wire;

/// <summary>A 32-bit transmission sequence number with serial arithmetic. (RFC 9260 §1.6)</summary>
internal readonly record struct Tsn(uint Value)
{
    public Tsn Next => new(Value + 1);

    public Tsn Previous => new(Value - 1);

    /// <summary>Signed distance from <paramref name="other"/> to this.</summary>
    public int DistanceFrom(Tsn other) => (int)(Value - other.Value);

    public static Tsn operator +(Tsn tsn, int delta) => new(tsn.Value + (uint)delta);

    public static bool operator <(Tsn left, Tsn right) => left.DistanceFrom(right) < 0;
    public static bool operator >(Tsn left, Tsn right) => left.DistanceFrom(right) > 0;
    public static bool operator <=(Tsn left, Tsn right) => left.DistanceFrom(right) <= 0;
    public static bool operator >=(Tsn left, Tsn right) => left.DistanceFrom(right) >= 0;
}
