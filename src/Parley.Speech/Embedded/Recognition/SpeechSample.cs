using System.Runtime.InteropServices;

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
        var recording = new Recording();
        FliteUtterance.Speak(voice, text, stretch, pitch, recording, isAlike: true);
        var frames = PowerSpectrum.FrameCount(recording.Samples.Count);
        float[][] energies = [.. banks.Select(_ => new float[frames * FilterBank.Bands])];
        var next = 0;
        new PowerSpectrum().Process(CollectionsMarshal.AsSpan(recording.Samples), power =>
        {
            for (var i = 0; i < banks.Length; i++) banks[i].Apply(power, energies[i].AsSpan(next, FilterBank.Bands));
            next += FilterBank.Bands;
        });
        return new(phrase, recording.Phones, energies);
    }

    /// <summary>Only keeps: while it listens, others wait for their turn to speak.</summary>
    private sealed class Recording : IFliteSink
    {
        public IReadOnlyList<TimedName> Phones { get; private set; } = [];

        public List<short> Samples { get; } = [];

        public void HandleTimings(FliteTimings timings) => Phones = timings.Phones;

        public bool HandleSamples(ReadOnlySpan<short> samples)
        {
            Samples.AddRange(samples);
            return true;
        }
    }
}
