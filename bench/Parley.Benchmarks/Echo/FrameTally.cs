namespace Parley.Benchmarks.Echo;

/// <summary>Frames sent and returned, and the round trips of those, to a microsecond. Written by one thread, read when that rests.</summary>
internal sealed class FrameTally
{
    private const int Buckets = 1_000_000;

    private readonly int[] _roundTrips = new int[Buckets];

    public long Sent { get; private set; }

    public long Returned { get; private set; }

    public void NoteSent() => Sent++;

    public void NoteReturned(TimeSpan roundTrip)
    {
        Returned++;
        _roundTrips[Math.Clamp((int)roundTrip.TotalMicroseconds, 0, Buckets - 1)]++;
    }

    /// <summary>The round trip that a share of all did not exceed, in milliseconds.</summary>
    public double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Returned);
        long seen = 0;
        for (var i = 0; i < Buckets; i++)
            if ((seen += _roundTrips[i]) >= rank && seen > 0) return i / 1000.0;
        return double.NaN;
    }

    public void Clear()
    {
        Sent = Returned = 0;
        Array.Clear(_roundTrips);
    }
}
