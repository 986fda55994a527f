namespace Parley.Speech.Embedded;

/// <summary>One text spoken by flite, heard through filter banks of several warps: one speaker becomes several.</summary>
/// <param name="Phrase">Index in <see cref="PhraseList.All"/>, or −1 for other text.</param>
/// <param name="Phones">What was spoken, with the times.</param>
/// <param name="Energies">For each warp, frames × <see cref="FilterBank.Bands"/>.</param>
internal sealed record SpeechSample(int Phrase, IReadOnlyList<TimedName> Phones, IReadOnlyList<float[]> Energies)
{
    public int FrameCount => Energies[0].Length / FilterBank.Bands;

    public static SpeechSample Record(FliteVoice voice, string text, float stretch, float pitch, int phrase, FilterBank[] banks)
    {
        var recording = new Recording(banks);
        FliteUtterance.Speak(voice, text, stretch, pitch, recording);
        return new(phrase, recording.Phones, [.. recording.Energies.Select(energies => energies.ToArray())]);
    }

    private sealed class Recording(FilterBank[] banks) : IFliteSink
    {
        private readonly PowerSpectrum _spectrum = new();

        public IReadOnlyList<TimedName> Phones { get; private set; } = [];

        public List<float>[] Energies { get; } = [.. banks.Select(_ => new List<float>())];

        public void HandleTimings(FliteTimings timings) => Phones = timings.Phones;

        public bool HandleSamples(ReadOnlySpan<short> samples)
        {
            _spectrum.Process(samples, Append);
            return true;
        }

        private void Append(ReadOnlySpan<float> power)
        {
            Span<float> energies = stackalloc float[FilterBank.Bands];
            for (var i = 0; i < banks.Length; i++)
            {
                banks[i].Apply(power, energies);
                Energies[i].AddRange(energies);
            }
        }
    }
}
