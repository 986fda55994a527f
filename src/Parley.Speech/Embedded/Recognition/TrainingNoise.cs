namespace Parley.Speech.Embedded;

/// <summary>
/// Adds steady noise to band energies, so that the model has heard rooms: half of the utterances get 12 to 30 dB below the
/// speech, the rest next to none; the spectrum tilts by up to ±5 dB. Seeded: training gives the same model each time.
/// </summary>
internal sealed class TrainingNoise(int seed)
{
    private readonly Random _random = new(seed);

    public void AddTo(Span<float> energies)
    {
        var isNoisy = _random.NextDouble() < 0.5;
        var belowPeakDb = isNoisy ? 12 + 18 * _random.NextDouble() : 40 + 15 * _random.NextDouble();
        var peak = CepstralFeatures.Peak(CepstralFeatures.Loudness(energies)) / FilterBank.Bands * Math.Pow(10, -belowPeakDb / 10);
        var tilt = 2 * _random.NextDouble() - 1;
        for (var band = 0; band < FilterBank.Bands; band++)
        {
            var level = peak * Math.Pow(10, tilt * ((double)band / (FilterBank.Bands - 1) - 0.5));
            // A band's energy is a sum over its bins: the wider the band, the steadier the noise in it.
            var bins = 2 + band / 3;
            for (var i = band; i < energies.Length; i += FilterBank.Bands)
            {
                double sum = 0;
                for (var bin = 0; bin < bins; bin++) sum -= Math.Log(1 - _random.NextDouble());
                energies[i] += (float)(level * sum / bins);
            }
        }
    }
}
