using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The autocorrelation of a windowed frame from its power spectrum (Wiener and Khinchin), over the lags and the band of a
/// voice's pitch. Owned by one thread; the tables are shared.
/// </summary>
internal sealed class PitchCorrelator
{
    /// <summary>Lags of 400 Hz to 70 Hz at 16 kHz, padded to whole vectors.</summary>
    public const int ShortestLag = 40;
    public const int LongestLag = 228;

    /// <summary>The pitch is looked for between 90 Hz and 2500 Hz.</summary>
    private const int FirstBin = 3;
    private const int LastBin = 80;
    private const int Lags = 192;

    private static readonly float[] Cosines = MakeCosines();

    private readonly float[] _lagWeight = new float[Lags];
    private readonly float[] _correlation = new float[Lags];

    /// <param name="window">The analysis window, whose own decay over the lags is taken out.</param>
    public PitchCorrelator(ReadOnlySpan<float> window)
    {
        double energy = 0;
        foreach (var value in window) energy += value * value;
        for (var lag = ShortestLag; lag <= LongestLag; lag++)
        {
            double sum = 0;
            for (var i = 0; i + lag < window.Length; i++) sum += window[i] * window[i + lag];
            _lagWeight[lag - ShortestLag] = (float)(energy / sum);
        }
    }

    /// <summary>The strongest normalised autocorrelation, 0…1, and its lag in samples.</summary>
    public float FindPeak(ReadOnlySpan<float> power, out int lag)
    {
        var total = 0f;
        for (var bin = FirstBin; bin <= LastBin; bin++) total += power[bin];
        var sums = MemoryMarshal.Cast<float, Vector<float>>(_correlation.AsSpan());
        for (var i = 0; i < sums.Length; i += VectorsAtATime) Correlate(power, i, sums.Slice(i, VectorsAtATime));
        lag = ShortestLag;
        if (total <= 0) return 0;
        var best = 0f;
        for (var i = 0; i <= LongestLag - ShortestLag; i++)
        {
            var value = _correlation[i] * _lagWeight[i];
            if (value <= best) continue;
            best = value;
            lag = ShortestLag + i;
        }
        return Math.Min(1, best / total);
    }

    /// <summary>So many sums stay in registers.</summary>
    private const int VectorsAtATime = 4;

    private static void Correlate(ReadOnlySpan<float> power, int firstVector, Span<Vector<float>> sums)
    {
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var bin = FirstBin; bin <= LastBin; bin++)
        {
            var weight = new Vector<float>(power[bin]);
            var row = MemoryMarshal.Cast<float, Vector<float>>(Cosines.AsSpan((bin - FirstBin) * Lags, Lags)).Slice(firstVector, VectorsAtATime);
            a += weight * row[0];
            b += weight * row[1];
            c += weight * row[2];
            d += weight * row[3];
        }
        (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
    }

    private static float[] MakeCosines()
    {
        var cosines = new float[(LastBin - FirstBin + 1) * Lags];
        for (var bin = FirstBin; bin <= LastBin; bin++)
            for (var i = 0; i < Lags; i++)
                cosines[(bin - FirstBin) * Lags + i] =
                    (float)Math.Cos(2 * Math.PI * bin * (ShortestLag + i) / SpeechFeatures.WindowLength);
        return cosines;
    }
}
