using System.Numerics;
using System.Runtime.CompilerServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// Cuts 16 kHz audio into frames of 25 ms, one each 10 ms, and gives the power spectrum of each: pre-emphasis, Hamming
/// window, 512 points. Streaming; owned by one utterance.
/// </summary>
internal sealed class PowerSpectrum
{
    public const int SampleRate = 16_000;
    public const int FrameLength = 400;
    public const int Hop = 160;
    public const int Size = 512;
    public const int Bins = Size / 2 + 1;

    private const float PreEmphasis = 0.97f;
    private const int Half = Size / 2;

    private static readonly float[] Window = MakeWindow();
    private static readonly Complex32[] Twiddles = MakeTwiddles();
    private static readonly int[] BitReversal = MakeBitReversal();

    private readonly float[] _frame = new float[FrameLength];
    private readonly Complex32[] _work = new Complex32[Half];
    private readonly float[] _bins = new float[Bins];
    private float _last;
    private int _filled;

    /// <summary>Frames that are complete after so many samples.</summary>
    public static int FrameCount(int samples) => samples < FrameLength ? 0 : 1 + (samples - FrameLength) / Hop;

    /// <summary>Calls <paramref name="frame"/> with the <see cref="Bins"/> powers of each frame that is complete.</summary>
    public void Process(ReadOnlySpan<short> samples, Action<ReadOnlySpan<float>> frame)
    {
        foreach (var sample in samples)
        {
            _frame[_filled++] = sample - PreEmphasis * _last;
            _last = sample;
            if (_filled < FrameLength) continue;
            Transform();
            frame(_bins);
            _frame.AsSpan(Hop).CopyTo(_frame);
            _filled = FrameLength - Hop;
        }
    }

    /// <summary>A real transform by a complex one of half the size: even samples are the real parts, odd the imaginary.</summary>
    // Start-up is over before it is compiled again: unoptimised, it cost 0.3 s there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform()
    {
        for (var i = 0; i < Half; i++)
        {
            var at = 2 * BitReversal[i];
            _work[i] = at < FrameLength ? new(_frame[at] * Window[at], _frame[at + 1] * Window[at + 1]) : default;
        }
        for (var length = 2; length <= Half; length *= 2)
        {
            var half = length / 2;
            var step = Size / length;
            for (var start = 0; start < Half; start += length)
            {
                for (var i = 0; i < half; i++)
                {
                    var even = _work[start + i];
                    var odd = _work[start + i + half] * Twiddles[i * step];
                    _work[start + i] = even + odd;
                    _work[start + i + half] = even - odd;
                }
            }
        }
        for (var k = 0; k <= Half; k++)
        {
            var a = _work[k % Half];
            var b = _work[(Half - k) % Half];
            var even = new Complex32(0.5f * (a.Re + b.Re), 0.5f * (a.Im - b.Im));
            var odd = new Complex32(0.5f * (a.Im + b.Im), 0.5f * (b.Re - a.Re));
            var sum = even + odd * (k == Half ? new Complex32(-1, 0) : Twiddles[k]);
            _bins[k] = sum.Re * sum.Re + sum.Im * sum.Im;
        }
    }

    private static float[] MakeWindow() =>
        [.. Enumerable.Range(0, FrameLength).Select(i => (float)(0.54 - 0.46 * Math.Cos(2 * Math.PI * i / (FrameLength - 1))))];

    private static Complex32[] MakeTwiddles() =>
        [.. Enumerable.Range(0, Half).Select(i => new Complex32((float)Math.Cos(2 * Math.PI * i / Size), -(float)Math.Sin(2 * Math.PI * i / Size)))];

    private static int[] MakeBitReversal()
    {
        var bits = BitOperations.Log2(Half);
        return [.. Enumerable.Range(0, Half).Select(i =>
            Enumerable.Range(0, bits).Sum(bit => ((i >> bit) & 1) << (bits - 1 - bit)))];
    }

    private readonly record struct Complex32(float Re, float Im)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex32 operator +(Complex32 a, Complex32 b) => new(a.Re + b.Re, a.Im + b.Im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex32 operator -(Complex32 a, Complex32 b) => new(a.Re - b.Re, a.Im - b.Im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex32 operator *(Complex32 a, Complex32 b) => new(a.Re * b.Re - a.Im * b.Im, a.Re * b.Im + a.Im * b.Re);
    }
}
