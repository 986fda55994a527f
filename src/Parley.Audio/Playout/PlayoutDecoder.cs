namespace Parley.Audio;

/// <summary>
/// Decodes, repairs and extends into a <see cref="SampleLine"/>. After something was made up that the stream did not ask for, the next
/// packet is laid on at the place where it fits best, and faded in. Not thread-safe.
/// </summary>
internal sealed class PlayoutDecoder : IDisposable
{
    private readonly OpusDecoder _decoder;
    private readonly CounterTable<PlayoutCount> _counters;
    private readonly short[] _pcm;
    private readonly short[] _tail;
    private readonly int _overlap;
    private bool _hasStarted;
    private bool _isExtended;

    public PlayoutDecoder(int sampleRate, CounterTable<PlayoutCount> counters)
    {
        _decoder = new OpusDecoder(sampleRate);
        _counters = counters;
        _pcm = new short[_decoder.MaxSamples];
        _tail = new short[sampleRate * 15 / 1000];
        _overlap = sampleRate / 200;
        Line = new SampleLine(sampleRate, 2 * _decoder.MaxSamples);
    }

    public SampleLine Line { get; }

    /// <summary>Decodes a packet of so many samples, the first of which are covered already.</summary>
    public void Decode(ReadOnlySpan<byte> payload, int samples, int covered)
    {
        _counters.Increment(PlayoutCount.Decoded);
        // The tail is drawn before the decoder moves on.
        var hasTail = _isExtended;
        if (hasTail) _decoder.Conceal(_tail);
        _isExtended = false;
        var decoded = _decoder.Decode(payload, _pcm);
        if (decoded != samples)
        {
            _counters.Increment(PlayoutCount.Undecodable);
            _counters.Add(PlayoutCount.ConcealedSamples, samples);
            _decoder.Conceal(_pcm.AsSpan(0, samples));
        }
        _hasStarted = true;
        if (hasTail) Merge(_pcm.AsSpan(covered..samples));
        else Line.Append(_pcm.AsSpan(covered..samples));
    }

    /// <summary>Rebuilds the frame before a packet from the copy in it; false when there is none after all.</summary>
    public bool TryRepair(ReadOnlySpan<byte> nextPayload, int samples)
    {
        if (_decoder.DecodeFec(nextPayload, _pcm.AsSpan(0, samples)) != samples) return false;
        Line.Append(_pcm.AsSpan(0, samples));
        _counters.Add(PlayoutCount.RecoveredSamples, samples);
        return true;
    }

    /// <summary>Makes up a loss that the next packet follows. A multiple of 2.5 ms.</summary>
    public void Conceal(int samples)
    {
        var pcm = _pcm.AsSpan(0, samples);
        _decoder.Conceal(pcm);
        Line.Append(pcm);
    }

    /// <summary>Goes on as long as nothing comes; nobody knows what will follow.</summary>
    public void Extend(int samples)
    {
        if (_hasStarted)
        {
            Conceal(samples);
            _isExtended = true;
            return;
        }
        var silence = _pcm.AsSpan(0, samples);
        silence.Clear();
        Line.Append(silence);
    }

    /// <summary>The next packet is of another stream: what the decoder remembers ends here.</summary>
    public void Restart()
    {
        if (!_hasStarted) return;
        var tail = _pcm.AsSpan(0, _overlap);
        _decoder.Conceal(tail);
        for (var i = 0; i < tail.Length; i++) tail[i] = (short)(tail[i] * (tail.Length - i) / tail.Length);
        Line.Append(tail);
        _counters.Add(PlayoutCount.ExpandedSamples, tail.Length);
        _decoder.Reset();
        _isExtended = false;
    }

    public void Dispose() => _decoder.Dispose();

    private void Merge(ReadOnlySpan<short> next)
    {
        if (next.Length < _overlap)
        {
            Line.Append(next);
            return;
        }
        var (offset, likeness) = PitchMatch.Find(next[.._overlap], _tail, _decoder.SampleRate);
        if (likeness < 0.5) offset = 0;
        SampleLine.CrossFade(_tail.AsSpan(offset, _overlap), next[.._overlap], _tail.AsSpan(offset, _overlap));
        Line.Append(_tail.AsSpan(0, offset + _overlap));
        Line.Append(next[_overlap..]);
        _counters.Add(PlayoutCount.ExpandedSamples, offset);
    }
}
