namespace Parley.Speech.Embedded;

/// <summary>
/// Energies in triangular bands that are even on the mel scale. A warp moves all bands as a shorter (above 1) or longer
/// vocal tract would move the formants.
/// </summary>
internal sealed class FilterBank
{
    public const int Bands = 24;

    private const double LowestHz = 120;
    private const double HighestHz = 6800;

    /// <summary>Above this part of the range the warp bends back so that the highest band edge stays where it is.</summary>
    private const double WarpKnee = 0.75;

    private readonly int[] _first = new int[Bands];
    private readonly float[][] _weights = new float[Bands][];

    public FilterBank(double warp)
    {
        var lowest = ToMel(LowestHz);
        var step = (ToMel(HighestHz) - lowest) / (Bands + 1);
        for (var band = 0; band < Bands; band++)
        {
            var left = Edge(lowest + step * band, warp);
            var centre = Edge(lowest + step * (band + 1), warp);
            var right = Edge(lowest + step * (band + 2), warp);
            var first = (int)Math.Ceiling(left);
            var last = Math.Min(PowerSpectrum.Bins - 1, (int)Math.Floor(right));
            _first[band] = first;
            _weights[band] = [.. Enumerable.Range(first, last - first + 1).Select(bin =>
                (float)(Math.Max(0, bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre)) * 2 / (right - left)))];
        }
    }

    public void Apply(ReadOnlySpan<float> power, Span<float> energies)
    {
        for (var band = 0; band < Bands; band++)
        {
            var weights = _weights[band];
            var bins = power.Slice(_first[band], weights.Length);
            var sum = 0f;
            for (var i = 0; i < weights.Length; i++) sum += weights[i] * bins[i];
            energies[band] = sum;
        }
    }

    private static double Edge(double mel, double warp)
    {
        var hz = 700 * (Math.Exp(mel / 1127) - 1);
        var knee = HighestHz * WarpKnee / Math.Max(1, warp);
        var warped = hz <= knee ? hz * warp : knee * warp + (hz - knee) * (HighestHz - knee * warp) / (HighestHz - knee);
        return warped * PowerSpectrum.Size / PowerSpectrum.SampleRate;
    }

    private static double ToMel(double hz) => 1127 * Math.Log(1 + hz / 700);
}
