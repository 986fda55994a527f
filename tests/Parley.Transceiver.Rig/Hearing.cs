namespace Parley.Transceiver.Rig;

/// <summary>Compares what was heard with what was said.</summary>
internal static class Hearing
{
    private const int SampleRate = 24_000;

    /// <summary>Samples of one value of an envelope: 10 ms.</summary>
    private const int Step = SampleRate / 100;

    /// <summary>Louder than what a codec makes of silence.</summary>
    private const int Murmur = 500;

    /// <summary>Pearson's correlation of the two loudness envelopes at the lag where it is highest, up to <paramref name="maxLag"/>.</summary>
    public static double Correlation(IReadOnlyList<short> heard, IReadOnlyList<short> said, TimeSpan maxLag)
    {
        var (a, b) = (Envelope(heard), Envelope(said));
        var best = -1.0;
        for (var lag = 0; lag <= maxLag.TotalMilliseconds / 10; lag++)
        {
            var length = Math.Min(a.Length - lag, b.Length);
            if (length < b.Length / 2) break;
            best = Math.Max(best, Correlate(a.AsSpan(lag, length), b.AsSpan(0, length)));
        }
        return best;
    }

    /// <summary>The index of the first sample at or after <paramref name="start"/> from which on all is silent for 150 ms, or for as long as is known.</summary>
    public static int StartOfSilence(IReadOnlyList<short> heard, int start)
    {
        var silent = start;
        for (var i = start; i < heard.Count && i - silent < SampleRate * 150 / 1000; i++)
            if (Math.Abs((int)heard[i]) > Murmur) silent = i + 1;
        return silent;
    }

    private static double[] Envelope(IReadOnlyList<short> samples)
    {
        var envelope = new double[samples.Count / Step];
        for (var i = 0; i < envelope.Length; i++)
        {
            var energy = 0.0;
            for (var j = 0; j < Step; j++) energy += (double)samples[(i * Step) + j] * samples[(i * Step) + j];
            envelope[i] = Math.Sqrt(energy / Step);
        }
        return envelope;
    }

    private static double Correlate(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double meanA = 0, meanB = 0, ab = 0, aa = 0, bb = 0;
        for (var i = 0; i < a.Length; i++) (meanA, meanB) = (meanA + a[i], meanB + b[i]);
        (meanA, meanB) = (meanA / a.Length, meanB / b.Length);
        for (var i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return aa == 0 || bb == 0 ? 0 : ab / Math.Sqrt(aa * bb);
    }
}
