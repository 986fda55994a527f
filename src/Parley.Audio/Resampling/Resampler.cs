using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Audio;

/// <summary>
/// Converts mono 16-bit audio from one sample rate to another as it comes: a Kaiser-windowed sinc in polyphase form,
/// flat (±0.05 dB) up to 0.9 of the lower rate's Nyquist frequency, at least 70 dB down from that Nyquist frequency on.
/// The output does not depend, by a single bit, on how the input is cut into chunks. Owned by one thread;
/// <see cref="Process"/> allocates nothing.
/// </summary>
public sealed class Resampler
{
    /// <summary>Input samples that are converted at a time; it bounds the memory, not the caller.</summary>
    private const int BlockLength = 512;

    /// <summary>Periods of the phases that are filtered at a time.</summary>
    private const int Periods = 4;

    private readonly PolyphaseFilter? _filter;
    private readonly float[] _window;
    private int _filled;
    private int _position;
    private int _phase;

    /// <param name="fromHz">8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000 or 192000.</param>
    /// <param name="toHz">One of the same rates. An equal rate is a copy.</param>
    public Resampler(int fromHz, int toHz)
    {
        FromHz = fromHz;
        ToHz = toHz;
        _filter = fromHz == toHz ? null : PolyphaseFilter.For(fromHz, toHz);
        _window = _filter is null ? [] : new float[_filter.Taps + BlockLength];
        Reset();
    }

    public int FromHz { get; }

    public int ToHz { get; }

    /// <summary>
    /// Input samples by which the output lags: output sample n is the input at n·FromHz/ToHz − this. Exact (the filter's
    /// phase is linear); under 3 ms for rates from 16 kHz up.
    /// </summary>
    public int DelayInputSamples => _filter?.Delay ?? 0;

    /// <summary><see cref="DelayInputSamples"/> as time, to 100 ns.</summary>
    public TimeSpan Delay => TimeSpan.FromTicks(DelayInputSamples * TimeSpan.TicksPerSecond / FromHz);

    /// <summary>Output samples that the next <see cref="Process"/> of so many input samples will give.</summary>
    public int OutputLength(int inputLength)
    {
        if (_filter is null) return inputLength;
        // Output k of this call stands at input position (phase + k·M)/L after the current one.
        var ahead = (long)(inputLength - _position + _filled - (_filter.Taps - 1)) * _filter.Up - _phase;
        return ahead <= 0 ? 0 : (int)((ahead + _filter.Down - 1) / _filter.Down);
    }

    /// <summary>Converts all of <paramref name="input"/> and returns the samples written.</summary>
    /// <exception cref="ArgumentException"><paramref name="output"/> is shorter than <see cref="OutputLength"/>.</exception>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        if (output.Length < OutputLength(input.Length)) throw new ArgumentException("The output is too short.", nameof(output));
        if (_filter is null)
        {
            input.CopyTo(output);
            return input.Length;
        }
        var written = 0;
        while (!input.IsEmpty)
        {
            var take = Math.Min(input.Length, _window.Length - _filled);
            TensorPrimitives.ConvertTruncating(input[..take], _window.AsSpan(_filled));
            _filled += take;
            input = input[take..];
            written += Filter(output[written..]);
        }
        return written;
    }

    /// <summary>Forgets the past, as if newly made.</summary>
    public void Reset()
    {
        // The past before the first sample is silence, so the first output comes with the first input.
        Array.Clear(_window);
        _filled = (_filter?.Taps ?? 1) - 1;
        _position = 0;
        _phase = 0;
    }

    private int Filter(Span<short> output)
    {
        var filter = _filter!;
        var written = 0;
        while (_position + Periods * filter.Down + filter.Taps <= _filled)
        {
            FilterPeriods(output[written..]);
            written += Periods * filter.Up;
        }
        for (; _position + filter.Taps <= _filled; Step())
            output[written++] = (short)Round(Vector128.CreateScalar(Dot(_window.AsSpan(_position, filter.Taps), filter.Phase(_phase))))[0];
        // A step may lead past what is there: the rest of it is skipped when it has come.
        var used = Math.Min(_position, _filled);
        _window.AsSpan(used, _filled - used).CopyTo(_window);
        _filled -= used;
        _position -= used;
        return written;
    }

    /// <summary>Outputs that stand a period of the phases apart have the same coefficients, which are read once for all of them.</summary>
    private void FilterPeriods(Span<short> output)
    {
        var filter = _filter!;
        for (var i = 0; i < filter.Up; i++, Step())
        {
            var samples = Round(DotFour(_window.AsSpan(_position, (Periods - 1) * filter.Down + filter.Taps), filter.Down, filter.Phase(_phase)));
            for (var period = 0; period < Periods; period++) output[i + period * filter.Up] = (short)samples[period];
        }
        _position += (Periods - 1) * filter.Down;
    }

    private void Step()
    {
        var filter = _filter!;
        _position += filter.WholeStep;
        _phase += filter.PartStep;
        if (_phase < filter.Up) return;
        _phase -= filter.Up;
        _position++;
    }

    private static Vector128<int> Round(Vector128<float> samples) =>
        Vector128.ConvertToInt32(Vector128.Clamp(Vector128.Round(samples), Vector128.Create<float>(short.MinValue), Vector128.Create<float>(short.MaxValue)));

    /// <summary>Both spans are a whole number of vectors long. The order of additions is fixed, so results are too.</summary>
    private static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> coefficients)
    {
        var left = Vectors(samples);
        var right = Vectors(coefficients);
        var sum = Vector<float>.Zero;
        for (var i = 0; i < left.Length && i < right.Length; i++) sum = Vector.FusedMultiplyAdd(left[i], right[i], sum);
        return Vector.Sum(sum);
    }

    /// <summary><see cref="Dot"/>, to the bit, of four spans of samples that begin <paramref name="apart"/> samples apart.</summary>
    private static Vector128<float> DotFour(ReadOnlySpan<float> samples, int apart, ReadOnlySpan<float> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, (Periods - 1) * apart + coefficients.Length);
        ref var first = ref MemoryMarshal.GetReference(samples);
        ref var second = ref Unsafe.Add(ref first, apart);
        ref var third = ref Unsafe.Add(ref second, apart);
        ref var fourth = ref Unsafe.Add(ref third, apart);
        ref var row = ref MemoryMarshal.GetReference(coefficients);
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (nuint i = 0; i < (nuint)coefficients.Length; i += (nuint)Vector<float>.Count)
        {
            var coefficient = Vector.LoadUnsafe(ref row, i);
            a = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref first, i), coefficient, a);
            b = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref second, i), coefficient, b);
            c = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref third, i), coefficient, c);
            d = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref fourth, i), coefficient, d);
        }
        return Vector128.Create(Vector.Sum(a), Vector.Sum(b), Vector.Sum(c), Vector.Sum(d));
    }

    private static ReadOnlySpan<Vector<float>> Vectors(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
