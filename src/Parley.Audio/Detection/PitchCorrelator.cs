using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The autocorrelation of a windowed frame from its power spectrum (Wiener and Khinchin), over the lags and the band of a
/// voice's pitch. Immutable and shared; the work space is the stack.
/// </summary>
internal sealed class PitchCorrelator
{
    /// <summary>Lags of 400 Hz to 70 Hz at 16 kHz.</summary>
    public const int ShortestLag = 40;
    public const int LongestLag = 228;

    /// <summary>The pitch is looked for between 90 Hz and 2500 Hz. An even number of bins, the first of them odd.</summary>
    private const int FirstBin = 3;
    private const int LastBin = 80;
    private const int Bins = LastBin - FirstBin + 1;

    /// <summary>
    /// Even bins give the same at lag Middle + n as at lag Middle − n, and odd bins the opposite. So only the lower half is summed,
    /// <see cref="HalfLags"/> from the mirror of the longest lag on, padded to whole steps.
    /// </summary>
    private const int Middle = PowerSpectrum.Length / 4;
    private const int FirstLag = 2 * Middle - LongestLag;
    private const int Lags = LongestLag - FirstLag + 1;
    private const int HalfLags = Middle - FirstLag + 1;

    private static readonly int LagsInStep = 2 * Vector<float>.Count;
    private static readonly int PaddedHalfLags = (HalfLags + LagsInStep - 1) / LagsInStep * LagsInStep;
    private static readonly float[] Cosines = MakeCosines();

    private readonly float[] _lagWeight = new float[Lags];

    /// <param name="window">The analysis window, whose own decay over the lags is taken out.</param>
    public PitchCorrelator(ReadOnlySpan<float> window)
    {
        double energy = 0;
        foreach (var value in window) energy += value * value;
        for (var lag = ShortestLag; lag <= LongestLag; lag++)
        {
            double sum = 0;
            for (var i = 0; i + lag < window.Length; i++) sum += window[i] * window[i + lag];
            _lagWeight[lag - FirstLag] = (float)(energy / sum);
        }
    }

    /// <summary>The strongest normalised autocorrelation of each of two power spectra.</summary>
    [SkipLocalsInit]
    public (PitchPeak First, PitchPeak Second) FindPeaks(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Span<float> sums = stackalloc float[4 * PaddedHalfLags];
        var firstOdd = sums[..PaddedHalfLags];
        var firstEven = sums.Slice(PaddedHalfLags, PaddedHalfLags);
        var secondOdd = sums.Slice(2 * PaddedHalfLags, PaddedHalfLags);
        var secondEven = sums[(3 * PaddedHalfLags)..];
        first = first.Slice(FirstBin, Bins);
        second = second.Slice(FirstBin, Bins);
        for (var lag = 0; lag < PaddedHalfLags; lag += LagsInStep)
        {
            Correlate(
                first, second, Vectors(Cosines.AsSpan(lag * Bins, LagsInStep * Bins)),
                Step(firstOdd, lag), Step(firstEven, lag), Step(secondOdd, lag), Step(secondEven, lag));
        }
        return (PeakOf(firstOdd, firstEven, TensorPrimitives.Sum(first)), PeakOf(secondOdd, secondEven, TensorPrimitives.Sum(second)));
    }

    /// <summary>Two vectors of lags of both spectra: eight sums, which stay in registers.</summary>
    private static void Correlate(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<Vector<float>> cosines,
        Span<Vector<float>> firstOdd, Span<Vector<float>> firstEven, Span<Vector<float>> secondOdd, Span<Vector<float>> secondEven)
    {
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (e, f, g, h) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var bin = 0; bin + 1 < first.Length && bin + 1 < second.Length; bin += 2)
        {
            var rows = cosines.Slice(2 * bin, 4);
            var (firstWeight, secondWeight) = (new Vector<float>(first[bin]), new Vector<float>(second[bin]));
            a = Vector.FusedMultiplyAdd(firstWeight, rows[0], a);
            b = Vector.FusedMultiplyAdd(firstWeight, rows[1], b);
            c = Vector.FusedMultiplyAdd(secondWeight, rows[0], c);
            d = Vector.FusedMultiplyAdd(secondWeight, rows[1], d);
            (firstWeight, secondWeight) = (new Vector<float>(first[bin + 1]), new Vector<float>(second[bin + 1]));
            e = Vector.FusedMultiplyAdd(firstWeight, rows[2], e);
            f = Vector.FusedMultiplyAdd(firstWeight, rows[3], f);
            g = Vector.FusedMultiplyAdd(secondWeight, rows[2], g);
            h = Vector.FusedMultiplyAdd(secondWeight, rows[3], h);
        }
        (firstOdd[0], firstOdd[1], secondOdd[0], secondOdd[1]) = (a, b, c, d);
        (firstEven[0], firstEven[1], secondEven[0], secondEven[1]) = (e, f, g, h);
    }

    [SkipLocalsInit]
    private PitchPeak PeakOf(ReadOnlySpan<float> odd, ReadOnlySpan<float> even, float total)
    {
        if (total <= 0) return new PitchPeak(0, ShortestLag);
        Span<float> correlation = stackalloc float[Lags];
        TensorPrimitives.Subtract(even[..HalfLags], odd[..HalfLags], correlation[^HalfLags..]);
        correlation[^HalfLags..].Reverse();
        TensorPrimitives.Add(even[..HalfLags], odd[..HalfLags], correlation);
        TensorPrimitives.Multiply(correlation, _lagWeight, correlation);
        var best = TensorPrimitives.IndexOfMax(correlation[(ShortestLag - FirstLag)..]);
        return new PitchPeak(Math.Clamp(correlation[ShortestLag - FirstLag + best] / total, 0, 1), ShortestLag + best);
    }

    /// <summary>By step of lags, then by bin: in the order in which they are read.</summary>
    private static float[] MakeCosines()
    {
        var cosines = new float[PaddedHalfLags * Bins];
        for (var i = 0; i < cosines.Length; i++)
        {
            var (step, place) = Math.DivRem(i, LagsInStep * Bins);
            var (bin, lag) = Math.DivRem(place, LagsInStep);
            cosines[i] = (float)Math.Cos(2 * Math.PI * (FirstBin + bin) * (FirstLag + step * LagsInStep + lag) / PowerSpectrum.Length);
        }
        return cosines;
    }

    private static Span<Vector<float>> Step(Span<float> sums, int lag) => Vectors(sums.Slice(lag, LagsInStep));

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}

/// <summary>Where a spectrum repeats most.</summary>
/// <param name="Strength">The normalised autocorrelation there, 0…1.</param>
/// <param name="Lag">Samples.</param>
internal readonly record struct PitchPeak(float Strength, int Lag);
