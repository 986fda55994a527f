namespace Parley.Audio;

/// <summary>Finds where a piece of audio goes on like another one: at a distance of one or more pitch periods.</summary>
internal static class PitchMatch
{
    /// <summary>The coarse search runs at about this rate, Hz.</summary>
    private const int CoarseRate = 6000;

    private const int MaxCoarse = 400;

    /// <summary>
    /// The offset, from 0 to <paramref name="field"/> less <paramref name="reference"/> in length, at which the field is most like the
    /// reference, and how much: 1 for the same shape, 0 for none in common.
    /// </summary>
    /// <param name="reference">At most 20 ms.</param>
    /// <param name="field">At most 40 ms.</param>
    /// <param name="sampleRate">Hz.</param>
    public static (int Offset, double Likeness) Find(ReadOnlySpan<short> reference, ReadOnlySpan<short> field, int sampleRate)
    {
        var step = Math.Max(1, sampleRate / CoarseRate);
        Span<float> coarseReference = stackalloc float[MaxCoarse];
        Span<float> coarseField = stackalloc float[MaxCoarse];
        var coarse = Best(Thin(reference, step, coarseReference), Thin(field, step, coarseField), 0, int.MaxValue).Offset * step;
        return Refine(reference, field, coarse - step, coarse + step);
    }

    /// <summary>Root of the mean square.</summary>
    public static double LevelOf(ReadOnlySpan<short> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples) sum += (double)sample * sample;
        return Math.Sqrt(sum / Math.Max(1, samples.Length));
    }

    private static (int Offset, double Likeness) Best(ReadOnlySpan<float> reference, ReadOnlySpan<float> field, int first, int last)
    {
        var best = (Offset: first, Likeness: double.NegativeInfinity);
        last = Math.Min(last, field.Length - reference.Length);
        for (var offset = first; offset <= last; offset++)
        {
            float product = 0, energy = 0;
            var candidate = field.Slice(offset, reference.Length);
            for (var i = 0; i < reference.Length; i++)
            {
                product += reference[i] * candidate[i];
                energy += candidate[i] * candidate[i];
            }
            // The reference's own energy is the same for all.
            var likeness = energy > 0 ? product / Math.Sqrt(energy) : 0;
            if (likeness > best.Likeness) best = (offset, likeness);
        }
        return best;
    }

    private static (int Offset, double Likeness) Refine(ReadOnlySpan<short> reference, ReadOnlySpan<short> field, int first, int last)
    {
        first = Math.Max(0, first);
        last = Math.Min(last, field.Length - reference.Length);
        var best = (Offset: first, Likeness: double.NegativeInfinity);
        var own = LevelOf(reference) * Math.Sqrt(reference.Length);
        for (var offset = first; offset <= last; offset++)
        {
            double product = 0, energy = 0;
            var candidate = field.Slice(offset, reference.Length);
            for (var i = 0; i < reference.Length; i++)
            {
                product += (double)reference[i] * candidate[i];
                energy += (double)candidate[i] * candidate[i];
            }
            var likeness = energy > 0 && own > 0 ? product / (Math.Sqrt(energy) * own) : 0;
            if (likeness > best.Likeness) best = (offset, likeness);
        }
        return best;
    }

    /// <summary>Means of <paramref name="step"/> samples each: enough of a low-pass for a search that is refined.</summary>
    private static ReadOnlySpan<float> Thin(ReadOnlySpan<short> samples, int step, Span<float> thinned)
    {
        var length = samples.Length / step;
        for (var i = 0; i < length; i++)
        {
            var sum = 0;
            for (var j = 0; j < step; j++) sum += samples[i * step + j];
            thinned[i] = (float)sum / step;
        }
        return thinned[..length];
    }
}
