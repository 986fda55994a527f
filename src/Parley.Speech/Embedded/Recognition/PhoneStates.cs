namespace Parley.Speech.Embedded;

/// <summary>
/// The classes of sound that are told apart: each phone's beginning, middle and end, and silence as one (number 0).
/// </summary>
internal sealed class PhoneStates
{
    public const int PerPhone = 3;
    public const int Silence = 0;

    private readonly Dictionary<string, int> _phones = new() { [FliteTimings.Silence] = 0 };

    public PhoneStates(IEnumerable<SpeechSample> samples)
    {
        foreach (var phone in samples.SelectMany(sample => sample.Phones)) _phones.TryAdd(phone.Name, _phones.Count);
    }

    public int Count => 1 + (_phones.Count - 1) * PerPhone;

    public int StateOf(string phone, int part)
    {
        var index = _phones[phone];
        return index == 0 ? Silence : 1 + (index - 1) * PerPhone + part;
    }

    /// <summary>Silence, then the phones' states, then silence.</summary>
    public int[] StatesOf(IEnumerable<string> phones) =>
    [
        Silence,
        .. phones.SelectMany(phone => Enumerable.Range(0, PerPhone).Select(part => StateOf(phone, part))),
        Silence,
    ];

    /// <summary>The state that each frame of a sample belongs to, by flite's own times.</summary>
    public int[] Label(SpeechSample sample)
    {
        var labels = new int[sample.FrameCount];
        var phone = 0;
        for (var t = 0; t < labels.Length; t++)
        {
            var time = (t * PowerSpectrum.Hop + PowerSpectrum.FrameLength / 2f) / PowerSpectrum.SampleRate;
            while (phone < sample.Phones.Count - 1 && sample.Phones[phone].End < time) phone++;
            var start = phone == 0 ? 0 : sample.Phones[phone - 1].End;
            var part = (int)(PerPhone * (time - start) / (sample.Phones[phone].End - start));
            labels[t] = StateOf(sample.Phones[phone].Name, Math.Clamp(part, 0, PerPhone - 1));
        }
        return labels;
    }
}
