using System.Collections.Concurrent;
using System.Numerics;

namespace Parley.Audio;

/// <summary>
/// A low-pass prototype (Kaiser-windowed sinc) cut into <see cref="Up"/> phases, for conversion by Up/Down. Immutable
/// and shared by every resampler between the same rates: the set of rates is closed, so the cache is bounded.
/// </summary>
internal sealed class PolyphaseFilter
{
    private const double StopBandDecibels = 80;

    /// <summary>Pass band and stop band edges, as parts of the lower rate's Nyquist frequency.</summary>
    private const double PassBand = 0.9;
    private const double StopBand = 1.0;

    private static readonly int[] Rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 192000];
    private static readonly ConcurrentDictionary<(int From, int To), PolyphaseFilter> Filters = new();

    private readonly float[] _coefficients;

    private PolyphaseFilter(int fromHz, int toHz)
    {
        var divisor = (int)BigInteger.GreatestCommonDivisor(fromHz, toHz);
        Up = toHz / divisor;
        Down = fromHz / divisor;
        (WholeStep, PartStep) = (Down / Up, Down % Up);
        // In cycles per input sample.
        var nyquist = 0.5 * Math.Min(fromHz, toHz) / fromHz;
        var cutoff = nyquist * (PassBand + StopBand) / 2;
        var transition = nyquist * (StopBand - PassBand);
        // Kaiser's length and shape for a given attenuation (Oppenheim and Schafer, Discrete-Time Signal Processing, §7.5.3).
        Delay = (int)Math.Ceiling((StopBandDecibels - 8) / (2.285 * 2 * Math.PI * transition) / 2);
        var beta = 0.1102 * (StopBandDecibels - 8.7);
        var vector = Vector<float>.Count;
        Taps = (2 * Delay + 1 + vector - 1) / vector * vector;
        _coefficients = new float[Up * Taps];
        for (var phase = 0; phase < Up; phase++) FillPhase(phase, cutoff, beta);
    }

    public int Up { get; }

    public int Down { get; }

    /// <summary>From one output to the next: so many input samples, and so many phases more.</summary>
    public int WholeStep { get; }

    public int PartStep { get; }

    /// <summary>Length of one phase, a whole number of <see cref="Vector{Single}"/>: the first ones may be padding.</summary>
    public int Taps { get; }

    /// <summary>Group delay in input samples.</summary>
    public int Delay { get; }

    public static PolyphaseFilter For(int fromHz, int toHz)
    {
        ThrowIfNotRate(fromHz, nameof(fromHz));
        ThrowIfNotRate(toHz, nameof(toHz));
        return Filters.GetOrAdd((fromHz, toHz), static rates => new PolyphaseFilter(rates.From, rates.To));
    }

    /// <summary>Coefficients for an output that stands <paramref name="phase"/>/Up after the window's last sample but Delay.</summary>
    public ReadOnlySpan<float> Phase(int phase) => _coefficients.AsSpan(phase * Taps, Taps);

    private void FillPhase(int phase, double cutoff, double beta)
    {
        var row = _coefficients.AsSpan(phase * Taps, Taps);
        var normal = 1 / BesselI0(beta);
        Span<double> exact = stackalloc double[Taps];
        var sum = 0.0;
        for (var i = 0; i < Taps; i++)
        {
            // Distance in input samples from sample i of the window to the output's place.
            var x = Taps - 1 - Delay + (double)phase / Up - i;
            var edge = x / (Delay + 0.5);
            if (Math.Abs(edge) >= 1) continue;
            var sinc = x == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
            sum += exact[i] = sinc * BesselI0(beta * Math.Sqrt(1 - edge * edge)) * normal;
        }
        // Each phase passes a constant unchanged: no ripple of the phases' frequency on it.
        for (var i = 0; i < Taps; i++) row[i] = (float)(exact[i] / sum);
    }

    private static double BesselI0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-17; k++) sum += term *= x * x / (4.0 * k * k);
        return sum;
    }

    private static void ThrowIfNotRate(int hz, string name)
    {
        if (Array.IndexOf(Rates, hz) < 0)
            throw new ArgumentOutOfRangeException(name, hz, $"Supported sample rates are {string.Join(", ", Rates)} Hz.");
    }
}
