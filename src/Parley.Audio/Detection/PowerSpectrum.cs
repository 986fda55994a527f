using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The power spectrum of a real signal of <see cref="Length"/> samples. Its even and odd samples are transformed as one complex
/// signal of half the length, and that as a square of 16 × 16: the columns, a turn of each value, the rows (Gentleman and Sande,
/// "Fast Fourier transforms: for fun and profit", AFIPS 1966). So every operation is on whole vectors. The tables are shared, the
/// work space is the stack.
/// </summary>
internal static class PowerSpectrum
{
    public const int Length = 512;

    /// <summary>Bins from zero to the Nyquist frequency.</summary>
    public const int BinCount = Half + 1;

    private const int Half = Length / 2;
    private const int Side = 16;

    /// <summary>Where row i of the square goes before its columns are transformed: i with its four bits reversed.</summary>
    private static readonly int[] Reversed = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];

    /// <summary>exp(−2πik/16) of the columns, the turns exp(−2πi·row·column/256) between them, and exp(−2πik/512) of the last step.</summary>
    private static readonly (float[] Cos, float[] Sin) Wings = Circle(Side / 2, i => (double)i / Side);
    private static readonly (float[] Cos, float[] Sin) Turns = Circle(Half, i => (double)(i / Side * (i % Side)) / Half);
    private static readonly (float[] Cos, float[] Sin) Halves = Circle(Half, i => (double)i / Length);

    /// <summary>Writes |X(k)|² for each of the <see cref="BinCount"/> bins.</summary>
    [SkipLocalsInit]
    public static void Measure(ReadOnlySpan<float> signal, Span<float> power)
    {
        Span<float> re = stackalloc float[Half];
        Span<float> im = stackalloc float[Half];
        Span<float> turnedRe = stackalloc float[Half];
        Span<float> turnedIm = stackalloc float[Half];
        signal = signal[..Length];
        Spread(signal, 2, 2 * Side, re);
        Spread(signal[1..], 2, 2 * Side, im);
        TransformColumns(Vectors(re), Vectors(im));
        Turn(re, im);
        Spread(re, Side, 1, turnedRe);
        Spread(im, Side, 1, turnedIm);
        TransformColumns(Vectors(turnedRe), Vectors(turnedIm));
        Join(turnedRe, turnedIm, mirroredRe: re, mirroredIm: im, power);
    }

    /// <summary>Fills the rows of a square, in bit-reversed order, with values that stand so far apart within a row and from row to row.</summary>
    private static void Spread(ReadOnlySpan<float> values, int apart, int rowsApart, Span<float> square)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, (Side - 1) * (apart + rowsApart) + 1);
        ref var first = ref MemoryMarshal.GetReference(values);
        for (var row = 0; row < Side; row++)
        {
            ref var value = ref Unsafe.Add(ref first, row * rowsApart);
            var target = square.Slice(Reversed[row] * Side, Side);
            for (var i = 0; i < target.Length; i++) target[i] = Unsafe.Add(ref value, i * apart);
        }
    }

    /// <summary>The 16-point transform of each column of the square, whose rows are in bit-reversed order.</summary>
    private static void TransformColumns(Span<Vector<float>> re, Span<Vector<float>> im)
    {
        var width = Side / Vector<float>.Count;
        for (var wing = 1; wing < Side; wing *= 2)
        {
            for (var k = 0; k < wing; k++)
            {
                var cos = new Vector<float>(Wings.Cos[k * (Side / 2 / wing)]);
                var sin = new Vector<float>(Wings.Sin[k * (Side / 2 / wing)]);
                for (var row = k; row < Side; row += 2 * wing)
                {
                    for (int a = row * width, b = a + wing * width, end = a + width; a < end; a++, b++)
                    {
                        var turnedRe = re[b] * cos - im[b] * sin;
                        var turnedIm = Vector.FusedMultiplyAdd(re[b], sin, im[b] * cos);
                        (re[b], im[b]) = (re[a] - turnedRe, im[a] - turnedIm);
                        (re[a], im[a]) = (re[a] + turnedRe, im[a] + turnedIm);
                    }
                }
            }
        }
    }

    private static void Turn(Span<float> re, Span<float> im)
    {
        var valuesRe = Vectors(re);
        var valuesIm = Vectors(im);
        var cos = Vectors(Turns.Cos);
        var sin = Vectors(Turns.Sin);
        for (var i = 0; i < valuesRe.Length; i++)
        {
            var turnedRe = valuesRe[i] * cos[i] - valuesIm[i] * sin[i];
            valuesIm[i] = Vector.FusedMultiplyAdd(valuesRe[i], sin[i], valuesIm[i] * cos[i]);
            valuesRe[i] = turnedRe;
        }
    }

    /// <summary>The even and the odd samples were transformed as real and imaginary part: takes them apart and joins them.</summary>
    private static void Join(Span<float> re, Span<float> im, Span<float> mirroredRe, Span<float> mirroredIm, Span<float> power)
    {
        Mirror(re, mirroredRe);
        Mirror(im, mirroredIm);
        var half = new Vector<float>(0.5f);
        var aRe = Vectors(re);
        var aIm = Vectors(im);
        var bRe = Vectors(mirroredRe);
        var bIm = Vectors(mirroredIm);
        var cos = Vectors(Halves.Cos);
        var sin = Vectors(Halves.Sin);
        var output = Vectors(power[..Half]);
        for (var i = 0; i < output.Length; i++)
        {
            var evenRe = half * (aRe[i] + bRe[i]);
            var evenIm = half * (aIm[i] - bIm[i]);
            var oddRe = half * (aIm[i] + bIm[i]);
            var oddIm = half * (bRe[i] - aRe[i]);
            var wholeRe = evenRe + cos[i] * oddRe - sin[i] * oddIm;
            var wholeIm = evenIm + cos[i] * oddIm + sin[i] * oddRe;
            output[i] = Vector.FusedMultiplyAdd(wholeRe, wholeRe, wholeIm * wholeIm);
        }
        power[Half] = (re[0] - im[0]) * (re[0] - im[0]);
    }

    /// <summary>Value k becomes value −k, around the circle.</summary>
    private static void Mirror(ReadOnlySpan<float> values, Span<float> mirrored)
    {
        values.CopyTo(mirrored);
        mirrored[1..].Reverse();
    }

    private static (float[] Cos, float[] Sin) Circle(int length, Func<int, double> turns)
    {
        var (cos, sin) = (new float[length], new float[length]);
        for (var i = 0; i < length; i++)
        {
            var (exactSin, exactCos) = Math.SinCos(-2 * Math.PI * turns(i));
            (cos[i], sin[i]) = ((float)exactCos, (float)exactSin);
        }
        return (cos, sin);
    }

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
