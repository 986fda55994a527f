namespace Parley;

/// <summary>A 16-bit RTP sequence number with serial arithmetic. (RFC 3550 §5.1, RFC 1982)</summary>
public readonly record struct SeqNo(ushort Value)
{
    public SeqNo Next => new((ushort)(Value + 1));

    /// <summary>Signed distance from <paramref name="other"/> to this, in −32768…32767.</summary>
    public int DistanceFrom(SeqNo other) => (short)(Value - other.Value);

    public bool IsNewerThan(SeqNo other) => DistanceFrom(other) > 0;

    public static SeqNo operator +(SeqNo seq, int delta) => new((ushort)(seq.Value + delta));

    public SeqNo Add(int delta) => this + delta;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
