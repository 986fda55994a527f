namespace Parley.Rtc.Srtp;

/// <summary>The sources of one direction: few, so a linear search with the last hit tried first.</summary>
internal sealed class SrtpSourceTable(int capacity)
{
    private readonly SrtpSource[] _sources = new SrtpSource[capacity];
    private SrtpSource _none;
    private int _last;

    public int Count { get; private set; }

    public bool IsFull => Count == _sources.Length;

    /// <summary>The source, or an empty one that must not be written.</summary>
    public ref readonly SrtpSource Find(uint ssrc, out bool isKnown)
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

    /// <summary>The source to write to, made when it is new. Only for authentic packets, and never when <see cref="IsFull"/>.</summary>
    public ref SrtpSource FindOrAdd(uint ssrc)
    {
        Find(ssrc, out var isKnown);
        if (isKnown) return ref _sources[_last];
        _last = Count++;
        _sources[_last].Ssrc = ssrc;
        return ref _sources[_last];
    }
}
