using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The Fourier transform of a real signal whose length is a power of two, by a complex radix-2 transform of half the length.
/// Holds its work space: one owner at a time; allocates nothing after construction.
/// </summary>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly float[] _re;
    private readonly float[] _im;
    private readonly int[] _reversed;
    private readonly float[] _cos;
    private readonly float[] _sin;

    // The factors of each stage side by side; that of wings of w begin at w − 1.
    private readonly float[] _stageCos;
    private readonly float[] _stageSin;

    public RealFft(int length)
    {
        _half = length / 2;
        _re = new float[_half];
        _im = new float[_half];
        _reversed = new int[_half];
        var bits = System.Numerics.BitOperations.Log2((uint)_half);
        for (var i = 1; i < _half; i++) _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) << (bits - 1));
        _cos = new float[_half];
        _sin = new float[_half];
        for (var i = 0; i < _half; i++)
        {
            var (sin, cos) = Math.SinCos(-2 * Math.PI * i / length);
            _cos[i] = (float)cos;
            _sin[i] = (float)sin;
        }
        _stageCos = new float[_half];
        _stageSin = new float[_half];
        for (var wing = 1; wing < _half; wing *= 2)
            for (var k = 0; k < wing; k++)
                (_stageCos[wing - 1 + k], _stageSin[wing - 1 + k]) = (_cos[k * (_half / wing)], _sin[k * (_half / wing)]);
    }

    /// <summary>Bins from zero to the Nyquist frequency.</summary>
    public int BinCount => _half + 1;

    /// <summary>Writes |X(k)|² for each of the <see cref="BinCount"/> bins.</summary>
    public void PowerSpectrum(ReadOnlySpan<float> signal, Span<float> power)
    {
        Transform(signal);
        // The even and the odd samples were transformed as real and imaginary part: take them apart and join them.
        power[0] = PowerAt(0, 0, _cos[0], _sin[0]);
        for (var k = 1; k < _half; k++) power[k] = PowerAt(k, _half - k, _cos[k], _sin[k]);
        power[_half] = PowerAt(0, 0, -1, 0);
    }

    private float PowerAt(int a, int b, float cos, float sin)
    {
        var evenRe = 0.5f * (_re[a] + _re[b]);
        var evenIm = 0.5f * (_im[a] - _im[b]);
        var oddRe = 0.5f * (_im[a] + _im[b]);
        var oddIm = -0.5f * (_re[a] - _re[b]);
        var re = evenRe + cos * oddRe - sin * oddIm;
        var im = evenIm + cos * oddIm + sin * oddRe;
        return re * re + im * im;
    }

    private void Transform(ReadOnlySpan<float> signal)
    {
        for (var i = 0; i < _half; i++)
        {
            _re[_reversed[i]] = signal[2 * i];
            _im[_reversed[i]] = signal[2 * i + 1];
        }
        for (var wing = 1; wing < _half; wing *= 2)
        {
            var cos = _stageCos.AsSpan(wing - 1, wing);
            var sin = _stageSin.AsSpan(wing - 1, wing);
            for (var start = 0; start < _half; start += 2 * wing)
            {
                var re = _re.AsSpan(start, 2 * wing);
                var im = _im.AsSpan(start, 2 * wing);
                if (wing < Vector<float>.Count) Join(re, im, cos, sin);
                else Join(Vectors(re), Vectors(im), Vectors(cos), Vectors(sin));
            }
        }
    }

    /// <summary>Joins the first half of a group with its second: the butterflies of one stage.</summary>
    private static void Join(Span<float> re, Span<float> im, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        for (int k = 0, right = cos.Length; k < cos.Length; k++, right++)
        {
            var turnedRe = re[right] * cos[k] - im[right] * sin[k];
            var turnedIm = re[right] * sin[k] + im[right] * cos[k];
            re[right] = re[k] - turnedRe;
            im[right] = im[k] - turnedIm;
            re[k] += turnedRe;
            im[k] += turnedIm;
        }
    }

    /// <summary>The same operations in the same order, several at a time: the same bits.</summary>
    private static void Join(Span<Vector<float>> re, Span<Vector<float>> im, ReadOnlySpan<Vector<float>> cos, ReadOnlySpan<Vector<float>> sin)
    {
        for (int k = 0, right = cos.Length; k < cos.Length; k++, right++)
        {
            var turnedRe = re[right] * cos[k] - im[right] * sin[k];
            var turnedIm = re[right] * sin[k] + im[right] * cos[k];
            re[right] = re[k] - turnedRe;
            im[right] = im[k] - turnedIm;
            re[k] += turnedRe;
            im[k] += turnedIm;
        }
    }

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
