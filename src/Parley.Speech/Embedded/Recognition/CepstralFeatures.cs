namespace Parley.Speech.Embedded;

/// <summary>
/// From band energies of a whole utterance to cepstra that do not depend on level and channel: energies are floored
/// relative to the utterance's own loud frames, and its speech is brought to zero mean and unit variance.
/// </summary>
internal static class CepstralFeatures
{
    public const int Count = 15;

    /// <summary>What is further below the loud frames is silence or noise, and all alike.</summary>
    private const float FloorBelowPeakDb = 35;

    /// <summary>Only louder frames count for mean and variance.</summary>
    private const float SpeechBelowPeakDb = 28;

    // A short word's mean and variance say as much of its sounds as of the channel: they are mixed with what is usual,
    // as if so many frames of it had been heard.
    private const float PriorMeanFrames = 25;
    private const float PriorVarianceFrames = 40;

    private static readonly float[][] Cosines =
    [
        .. Enumerable.Range(0, Count).Select(k => Enumerable.Range(0, FilterBank.Bands)
            .Select(b => (float)(Math.Cos(Math.PI * k * (b + 0.5) / FilterBank.Bands) * Math.Sqrt(2.0 / FilterBank.Bands))).ToArray()),
    ];

    /// <param name="energies">Frames × <see cref="FilterBank.Bands"/>.</param>
    /// <param name="usualMean">Mean of many utterances; empty: the utterance's own mean alone.</param>
    /// <param name="mean">The utterance's own mean over its speech, not mixed with the usual one.</param>
    /// <returns>Frames × <see cref="Count"/>.</returns>
    public static float[] Compute(ReadOnlySpan<float> energies, ReadOnlySpan<float> usualMean, out float[] mean)
    {
        var frames = energies.Length / FilterBank.Bands;
        var loudness = Loudness(energies);
        var peak = Peak(loudness);
        var floor = peak / FilterBank.Bands * MathF.Pow(10, -FloorBelowPeakDb / 10);
        var cepstra = new float[frames * Count];
        Span<float> logs = stackalloc float[FilterBank.Bands];
        for (var t = 0; t < frames; t++)
        {
            for (var b = 0; b < logs.Length; b++) logs[b] = MathF.Log(energies[t * FilterBank.Bands + b] / floor + 1);
            for (var k = 0; k < Count; k++) cepstra[t * Count + k] = VectorMath.Dot(logs, Cosines[k]);
        }
        mean = new float[Count];
        var speech = peak * MathF.Pow(10, -SpeechBelowPeakDb / 10);
        for (var k = 0; k < Count; k++) mean[k] = Normalize(cepstra, k, loudness, speech, usualMean);
        return cepstra;
    }

    public static float[] Loudness(ReadOnlySpan<float> energies)
    {
        var loudness = new float[energies.Length / FilterBank.Bands];
        for (var t = 0; t < loudness.Length; t++)
            foreach (var energy in energies.Slice(t * FilterBank.Bands, FilterBank.Bands)) loudness[t] += energy;
        return loudness;
    }

    /// <summary>Loudness that one frame in twenty exceeds.</summary>
    public static float Peak(ReadOnlySpan<float> loudness)
    {
        if (loudness.IsEmpty) return 1;
        var sorted = loudness.ToArray();
        Array.Sort(sorted);
        return Math.Max(1, sorted[sorted.Length - 1 - sorted.Length / 20]);
    }

    private static float Normalize(float[] cepstra, int k, float[] loudness, float speech, ReadOnlySpan<float> usualMean)
    {
        double sum = 0, squares = 0;
        var count = 0;
        for (var t = 0; t < loudness.Length; t++)
        {
            if (loudness[t] < speech) continue;
            var value = cepstra[t * Count + k];
            sum += value;
            squares += value * value;
            count++;
        }
        var mean = sum / Math.Max(1, count);
        var variance = (squares - count * mean * mean + PriorVarianceFrames) / (count + PriorVarianceFrames);
        var offset = usualMean.IsEmpty ? (float)mean : (float)((sum + PriorMeanFrames * usualMean[k]) / (count + PriorMeanFrames));
        var scale = (float)(1 / Math.Sqrt(Math.Max(1e-3, variance)));
        for (var t = 0; t < loudness.Length; t++) cepstra[t * Count + k] = (cepstra[t * Count + k] - offset) * scale;
        return (float)mean;
    }
}
