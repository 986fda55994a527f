namespace Parley.Speech.Embedded;

/// <summary>The vectors that sounds are compared in: cepstra of nine neighbouring frames, projected on the most telling directions.</summary>
internal sealed class FeatureSpace(float[][] projection)
{
    public const int Context = 4;
    public const int SplicedCount = (2 * Context + 1) * CepstralFeatures.Count;

    public int Dimensions => projection.Length;

    /// <returns>Frames × <see cref="Dimensions"/>.</returns>
    public float[] Project(ReadOnlySpan<float> cepstra)
    {
        var frames = cepstra.Length / CepstralFeatures.Count;
        var result = new float[frames * Dimensions];
        Span<float> spliced = stackalloc float[SplicedCount];
        for (var t = 0; t < frames; t++)
        {
            Splice(cepstra, t, spliced);
            for (var d = 0; d < Dimensions; d++) result[t * Dimensions + d] = VectorMath.Dot(spliced, projection[d]);
        }
        return result;
    }

    /// <summary>The frame and its neighbours, one after the other; the first and last frame stand for what is outside.</summary>
    public static void Splice(ReadOnlySpan<float> cepstra, int frame, Span<float> spliced)
    {
        var last = cepstra.Length / CepstralFeatures.Count - 1;
        for (var offset = -Context; offset <= Context; offset++)
        {
            var t = Math.Clamp(frame + offset, 0, last);
            cepstra.Slice(t * CepstralFeatures.Count, CepstralFeatures.Count)
                .CopyTo(spliced[((offset + Context) * CepstralFeatures.Count)..]);
        }
    }
}
