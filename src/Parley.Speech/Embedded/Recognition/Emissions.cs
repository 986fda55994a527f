namespace Parley.Speech.Embedded;

/// <summary>How well each frame of an utterance fits each state: scaled natural log densities.</summary>
internal sealed class Emissions
{
    /// <summary>
    /// Neighbouring frames share most of what they say, so a frame counts for less than one observation. It also sets what
    /// a skipped state costs against a badly fitting one.
    /// </summary>
    public const float Scale = 0.15f;

    private readonly float[] _scores;
    private readonly int _states;

    /// <param name="vectors">Frames × the dimensions of the mixtures.</param>
    public Emissions(ReadOnlySpan<float> vectors, int dimensions, GaussianMixture[] mixtures)
    {
        _states = mixtures.Length;
        FrameCount = vectors.Length / dimensions;
        _scores = new float[FrameCount * _states];
        Span<float> squaresAndValues = stackalloc float[2 * dimensions];
        for (var t = 0; t < FrameCount; t++)
        {
            var vector = vectors.Slice(t * dimensions, dimensions);
            vector.CopyTo(squaresAndValues[dimensions..]);
            for (var d = 0; d < dimensions; d++) squaresAndValues[d] = vector[d] * vector[d];
            for (var s = 0; s < _states; s++) _scores[t * _states + s] = Scale * mixtures[s].LogDensity(squaresAndValues);
        }
    }

    public int FrameCount { get; }

    public ReadOnlySpan<float> this[int frame] => _scores.AsSpan(frame * _states, _states);
}
