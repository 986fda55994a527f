namespace Parley.Transceiver.Rig;

/// <summary>Compares what was heard with what was said.</summary>
internal static class Hearing
{
    private const int SampleRate = 24_000;

    /// <summary>Samples of one value of an envelope: 10 ms.</summary>
    private const int Step = SampleRate / 100;

    private const int Part = 30;
    private const int Slack = 10;

    /// <summary>Louder than what a codec makes of silence.</summary>
    private const int Murmur = 500;

    /// <summary>
    /// Pearson's correlation of the two loudness envelopes at the lag where it is highest, up to <paramref name="maxLag"/>; the mean over
    /// words of 300 ms, each of which may be off by 100 ms more: an ear that adapts its delay stretches time a little.
    /// </summary>
    public static double Correlation(IReadOnlyList<short> heard, IReadOnlyList<short> said, TimeSpan maxLag)
    {
        var (a, b) = (Envelope(heard), Envelope(said));
        var (lag, best) = BestLag(a, b, 0, (int)(maxLag.TotalMilliseconds / 10));
        if (b.Length < 2 * Part) return best;
        var parts = new List<double>();
        for (var start = 0; start + Part <= b.Length; start += Part)
        {
            var part = b.AsSpan(start, Part);
            var around = a.AsSpan(Math.Min(a.Length, Math.Max(0, start + lag - Slack)));
            around = around[..Math.Min(around.Length, Part + 2 * Slack)];
            if (part.ContainsAnyExceptInRange(0, Murmur)) parts.Add(BestLag(around, part, 0, 2 * Slack).Correlation);
        }
        return parts.Average();
    }

    private static (int Lag, double Correlation) BestLag(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int first, int last)
    {
        var best = (Lag: first, Correlation: -1.0);
        for (var lag = first; lag <= last; lag++)
        {
            var length = Math.Min(a.Length - lag, b.Length);
            if (length < b.Length / 2) break;
            var correlation = Correlate(a.Slice(lag, length), b[..length]);
            if (correlation > best.Correlation) best = (lag, correlation);
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
