namespace Parley.Speech.Embedded;

/// <summary>
/// Drops the silence before a clause and most of that after it, as the samples come. Silence inside passes, a little late:
/// it is held until it is known that speech follows.
/// </summary>
/// <param name="threshold">Samples below this amplitude are silence.</param>
/// <param name="margin">Samples of silence that stay before the first sound and after the last.</param>
internal sealed class SilenceTrimmer(int threshold, int margin)
{
    private readonly List<short> _held = [];
    private bool _hasSpoken;
    private int _position;
    private int _speechStart;
    private int _speechEnd = int.MaxValue;

    /// <summary>Samples dropped before the first sound; final once something was written.</summary>
    public int LeadingDropped { get; private set; }

    /// <summary>Where sound can be: outside it is noise, however loud. Samples from the start of the clause.</summary>
    public void SetSpeechSpan(int start, int end) => (_speechStart, _speechEnd) = (start, end);

    /// <summary>Appends to <paramref name="output"/> what can be passed on by now.</summary>
    public void Process(ReadOnlySpan<short> samples, List<short> output)
    {
        foreach (var sample in samples)
        {
            _held.Add(sample);
            var isInside = _position >= _speechStart && _position < _speechEnd;
            _position++;
            if (!isInside || Math.Abs((int)sample) < threshold) continue;
            if (!_hasSpoken) DropLeading();
            _hasSpoken = true;
            output.AddRange(_held);
            _held.Clear();
        }
    }

    /// <summary>The clause is over: appends what stays of the last silence.</summary>
    public void Complete(List<short> output)
    {
        if (_hasSpoken) output.AddRange(_held.Take(margin));
        _held.Clear();
    }

    private void DropLeading()
    {
        var silence = _held.Count - 1;
        LeadingDropped = Math.Max(0, silence - margin);
        _held.RemoveRange(0, LeadingDropped);
    }
}
