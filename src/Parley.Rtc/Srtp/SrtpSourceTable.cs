namespace Parley.Rtc.Srtp;

/// <summary>The sources of one direction: few, so a linear search with the last hit tried first.</summary>
internal sealed class SrtpSourceTable(int capacity)
{
    /// <summary>Nearly every call has one in each direction.</summary>
    private const int FirstSources = 2;

    private SrtpSource[] _sources = new SrtpSource[Math.Min(FirstSources, capacity)];
    private SrtpSource _none;
    private int _last;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    /// <summary>Fetches the sources. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_sources, 128);

    /// <summary>The source; when it is not known, an empty one that must not be written.</summary>
    public ref SrtpSource Find(uint ssrc, out bool isKnown)
    {
        isKnown = true;
        if (_last < Count && _sources[_last].Ssrc == ssrc) return ref _sources[_last];
        for (var i = 0; i < Count; i++)
        {
            if (_sources[i].Ssrc != ssrc) continue;
            _last = i;
            return ref _sources[i];
        }
        isKnown = false;
        return ref _none;
    }

    /// <summary>Adds a source that <see cref="Find"/> did not know. Only for authentic packets, and never when <see cref="IsFull"/>.</summary>
    public ref SrtpSource Add(uint ssrc)
    {
        if (Count == _sources.Length) Array.Resize(ref _sources, Math.Min(2 * Count, capacity));
        _last = Count++;
        _sources[_last].Ssrc = ssrc;
        return ref _sources[_last];
    }
}
