namespace Parley.Audio;

/// <summary>
/// Samples that are decoded and not yet played, with the 15 ms before them. It can be made shorter or longer by a pitch period
/// (WSOLA: Verhelst and Roelands 1993): both ends of every splice go on as the signal did. Not thread-safe.
/// </summary>
internal sealed class SampleLine
{
    private readonly int _sampleRate;
    private readonly short[] _samples;
    private readonly short[] _splice;
    private readonly int _longest;
    private readonly int _shortest;
    private readonly int _window;
    private int _start;
    private int _end;

    /// <param name="sampleRate">Hz.</param>
    /// <param name="capacity">Samples that may wait.</param>
    public SampleLine(int sampleRate, int capacity)
    {
        _sampleRate = sampleRate;
        _longest = sampleRate * 15 / 1000;
        _shortest = sampleRate / 400;
        _window = sampleRate / 100;
        _samples = new short[2 * (capacity + 2 * _longest)];
        _splice = new short[_longest];
        _start = _end = _longest;
    }

    public int Count => _end - _start;

    /// <summary>What is to be played next.</summary>
    public ReadOnlySpan<short> Ahead => _samples.AsSpan(_start, Count);

    /// <summary>Samples that must wait for <see cref="TryShorten"/>: 30 ms.</summary>
    public int ShortenNeeds => 2 * _longest;

    /// <summary>Samples that must wait for <see cref="TryLengthen"/>: 15 ms.</summary>
    public int LengthenNeeds => _longest;

    public void Append(ReadOnlySpan<short> samples)
    {
        if (_end + samples.Length > _samples.Length) Compact();
        samples.CopyTo(_samples.AsSpan(_end));
        _end += samples.Length;
    }

    /// <summary>Moves the first samples out; there must be as many.</summary>
    public void Take(Span<short> destination)
    {
        _samples.AsSpan(_start, destination.Length).CopyTo(destination);
        _start += destination.Length;
    }

    /// <summary>Cuts out what repeats; returns how many samples, 0 when nothing is alike enough.</summary>
    /// <param name="likeness">How much alike, 0…1, two periods must be.</param>
    /// <param name="hush">Below this level anything may be cut.</param>
    public int TryShorten(double likeness, double hush)
    {
        var ahead = Ahead;
        if (ahead.Length < ShortenNeeds) return 0;
        var lag = PitchMatch.LevelOf(ahead[..ShortenNeeds]) < hush ? _longest : FindAhead(ahead, likeness);
        if (lag == 0) return 0;
        var first = _samples.AsSpan(_start, lag);
        CrossFade(first, _samples.AsSpan(_start + lag, lag), _samples.AsSpan(_start + lag, lag));
        // What was played stays next to what will be.
        _samples.AsSpan(_start - _longest, _longest).CopyTo(_samples.AsSpan(_start + lag - _longest));
        _start += lag;
        return lag;
    }

    /// <summary>Repeats what was played last; returns how many samples, 0 when it does not go on alike enough.</summary>
    /// <inheritdoc cref="TryShorten"/>
    public int TryLengthen(double likeness, double hush)
    {
        if (Count < LengthenNeeds) return 0;
        if (_end + _longest > _samples.Length) Compact();
        var lag = PitchMatch.LevelOf(_samples.AsSpan(_start - _longest, 2 * _longest)) < hush ? _longest : FindBehind(likeness);
        if (lag == 0) return 0;
        var splice = _splice.AsSpan(0, lag);
        CrossFade(_samples.AsSpan(_start, lag), _samples.AsSpan(_start - lag, lag), splice);
        _samples.AsSpan(_start, Count).CopyTo(_samples.AsSpan(_start + lag));
        splice.CopyTo(_samples.AsSpan(_start));
        _end += lag;
        return lag;
    }

    /// <summary>Goes over from one signal to another in equal steps. The result may lie over either.</summary>
    public static void CrossFade(ReadOnlySpan<short> from, ReadOnlySpan<short> to, Span<short> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var weight = (i + 0.5f) / result.Length;
            result[i] = (short)MathF.Round(from[i] * (1 - weight) + to[i] * weight);
        }
    }

    private int FindAhead(ReadOnlySpan<short> ahead, double likeness)
    {
        var (offset, found) = PitchMatch.Find(ahead[.._window], ahead[_shortest..(_longest + _window)], _sampleRate);
        return found >= likeness ? _shortest + offset : 0;
    }

    private int FindBehind(double likeness)
    {
        var field = _samples.AsSpan(_start - _longest, _longest - _shortest + _window);
        var (offset, found) = PitchMatch.Find(_samples.AsSpan(_start, _window), field, _sampleRate);
        return found >= likeness ? _longest - offset : 0;
    }

    private void Compact()
    {
        _samples.AsSpan(_start - _longest, Count + _longest).CopyTo(_samples);
        _end = _longest + Count;
        _start = _longest;
    }
}
