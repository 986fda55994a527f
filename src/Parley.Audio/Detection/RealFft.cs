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
    }

    /// <summary>Bins from zero to the Nyquist frequency.</summary>
    public int BinCount => _half + 1;

    /// <summary>Writes |X(k)|² for each of the <see cref="BinCount"/> bins.</summary>
    public void PowerSpectrum(ReadOnlySpan<float> signal, Span<float> power)
    {
        Transform(signal);
        // The even and the odd samples were transformed as real and imaginary part: take them apart and join them.
        for (var k = 0; k <= _half; k++)
        {
            var a = k % _half;
            var b = (_half - k) % _half;
            var evenRe = 0.5f * (_re[a] + _re[b]);
            var evenIm = 0.5f * (_im[a] - _im[b]);
            var oddRe = 0.5f * (_im[a] + _im[b]);
            var oddIm = -0.5f * (_re[a] - _re[b]);
            var cos = k == _half ? -1 : _cos[k];
            var sin = k == _half ? 0 : _sin[k];
            var re = evenRe + cos * oddRe - sin * oddIm;
            var im = evenIm + cos * oddIm + sin * oddRe;
            power[k] = re * re + im * im;
        }
    }

    private void Transform(ReadOnlySpan<float> signal)
    {
        for (var i = 0; i < _half; i++)
        {
            _re[_reversed[i]] = signal[2 * i];
            _im[_reversed[i]] = signal[2 * i + 1];
        }
        for (var size = 2; size <= _half; size *= 2)
        {
            var step = 2 * _half / size;
            var wing = size / 2;
            for (var start = 0; start < _half; start += size)
            {
                for (var k = 0; k < wing; k++)
                {
                    var cos = _cos[k * step];
                    var sin = _sin[k * step];
                    ref var re = ref _re[start + k + wing];
                    ref var im = ref _im[start + k + wing];
                    var turnedRe = re * cos - im * sin;
                    var turnedIm = re * sin + im * cos;
                    re = _re[start + k] - turnedRe;
                    im = _im[start + k] - turnedIm;
                    _re[start + k] += turnedRe;
                    _im[start + k] += turnedIm;
                }
            }
        }
    }
}
