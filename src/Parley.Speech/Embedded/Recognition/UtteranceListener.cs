using System.Runtime.InteropServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// Hears one utterance as it comes: by its end all is done but the comparison. Not thread-safe; owned by one utterance.
/// </summary>
internal sealed class UtteranceListener
{
    /// <summary>Longer than any phrase is spoken (10 ms each): it is something else, and nothing more of it is kept.</summary>
    private const int MostFrames = 800;

    private const int LeastFrames = 10;

    private static readonly FilterBank Bank = new(warp: 1);

    private readonly PowerSpectrum _spectrum = new();
    private readonly List<float> _energies = [];

    /// <param name="samples">Mono, 16 kHz.</param>
    public void Process(ReadOnlySpan<short> samples)
    {
        if (!IsTooLong) _spectrum.Process(samples, Append);
    }

    /// <summary>The phrase that was said; null when it was none, or not clear.</summary>
    public Phrase? Recognize(PhraseModel model)
    {
        if (IsTooLong || FrameCount < LeastFrames) return null;
        var match = model.Match(CollectionsMarshal.AsSpan(_energies));
        return match.IsSure ? PhraseList.All[match.Phrase] : null;
    }

    private int FrameCount => _energies.Count / FilterBank.Bands;

    private bool IsTooLong => FrameCount > MostFrames;

    private void Append(ReadOnlySpan<float> power)
    {
        Span<float> energies = stackalloc float[FilterBank.Bands];
        Bank.Apply(power, energies);
        _energies.AddRange(energies);
    }
}
