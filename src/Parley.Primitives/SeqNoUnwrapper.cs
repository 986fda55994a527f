namespace Parley;

/// <summary>Extends 16-bit sequence numbers to 64 bits by the nearest-to-the-last rule. Not thread-safe.</summary>
public struct SeqNoUnwrapper
{
    private long _last;
    private bool _started;

    /// <summary>The extended number of <paramref name="seq"/>; the first one seen is its own extension.</summary>
    public long Unwrap(SeqNo seq)
    {
        if (!_started)
        {
            _started = true;
            return _last = seq.Value;
        }
        var extended = _last + seq.DistanceFrom(new SeqNo((ushort)_last));
        if (extended > _last) _last = extended;
        return extended;
    }
}
