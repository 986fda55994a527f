using System.Runtime.CompilerServices;

namespace Parley.Speech.Embedded;

/// <summary>Density of one class of sounds: a mixture of Gaussians with diagonal covariance.</summary>
internal sealed class GaussianMixture
{
    private const int LeastVectorsPerComponent = 20;
    private const double LeastVariance = 0.3;
    private const double PriorVectors = 30;

    private readonly int _dimensions;
    private readonly int _components;

    // Per component: −½/σ² for x², then μ/σ² for x, so that a log density is a constant plus one dot product with [x², x].
    private readonly float[] _coefficients;
    private readonly float[] _constants;

    private GaussianMixture(int dimensions, int components, float[] coefficients, float[] constants)
    {
        (_dimensions, _components, _coefficients, _constants) = (dimensions, components, coefficients, constants);
    }

    /// <param name="squaresAndValues">[x², x].</param>
    /// <returns>Natural logarithm of the density.</returns>
    public float LogDensity(ReadOnlySpan<float> squaresAndValues)
    {
        var width = 2 * _dimensions;
        Span<float> scores = stackalloc float[_components];
        var best = float.NegativeInfinity;
        for (var c = 0; c < _components; c++)
        {
            scores[c] = _constants[c] + VectorMath.Dot(squaresAndValues, _coefficients.AsSpan(c * width, width));
            if (scores[c] > best) best = scores[c];
        }
        var sum = 0f;
        for (var c = 0; c < _components; c++)
            if (scores[c] > best - 8) sum += MathF.Exp(scores[c] - best);
        return best + MathF.Log(sum);
    }

    /// <summary>Fits by splitting and k-means, then one pass for the variances.</summary>
    /// <param name="data">Vectors, one after the other.</param>
    /// <param name="components">At most so many; fewer when there is little data.</param>
    public static GaussianMixture Fit(ReadOnlySpan<float> data, int dimensions, int components)
    {
        var count = data.Length / dimensions;
        components = Math.Max(1, Math.Min(components, count / LeastVectorsPerComponent));
        var centres = new List<float[]> { new float[dimensions] };
        var assignment = new int[count];
        Recentre(data, dimensions, centres, assignment);
        while (centres.Count < components)
        {
            var room = Math.Min(centres.Count, components - centres.Count);
            foreach (var index in LargestFirst(centres.Count, assignment).Take(room).ToArray()) centres.Add(Split(centres[index]));
            for (var round = 0; round < 3; round++)
            {
                Assign(data, dimensions, centres, assignment);
                Recentre(data, dimensions, centres, assignment);
            }
        }
        return FromClusters(data, dimensions, centres, assignment);
    }

    /// <summary>Moves the centre a little and returns a twin moved the other way.</summary>
    private static float[] Split(float[] centre)
    {
        var twin = (float[])centre.Clone();
        for (var d = 0; d < centre.Length; d++)
        {
            var nudge = (d % 2 == 0 ? 0.2f : -0.2f) / (1 + d);
            twin[d] += nudge;
            centre[d] -= nudge;
        }
        return twin;
    }

    private static GaussianMixture FromClusters(
        ReadOnlySpan<float> data, int dimensions, List<float[]> centres, int[] assignment)
    {
        var counts = new int[centres.Count];
        var squares = new double[centres.Count, dimensions];
        for (var i = 0; i < assignment.Length; i++)
        {
            var c = assignment[i];
            counts[c]++;
            for (var d = 0; d < dimensions; d++)
            {
                var difference = data[i * dimensions + d] - centres[c][d];
                squares[c, d] += difference * difference;
            }
        }
        var coefficients = new float[centres.Count * 2 * dimensions];
        var constants = new float[centres.Count];
        for (var c = 0; c < centres.Count; c++)
        {
            var constant = Math.Log(Math.Max(counts[c], 0.5) / assignment.Length);
            for (var d = 0; d < dimensions; d++)
            {
                // Few vectors say little about the spread: it is mixed with the average class's, which is one.
                var variance = Math.Max(LeastVariance, (squares[c, d] + PriorVectors) / (counts[c] + PriorVectors));
                coefficients[c * 2 * dimensions + d] = (float)(-0.5 / variance);
                coefficients[(c * 2 + 1) * dimensions + d] = (float)(centres[c][d] / variance);
                constant -= 0.5 * (Math.Log(2 * Math.PI * variance) + centres[c][d] * centres[c][d] / variance);
            }
            constants[c] = (float)constant;
        }
        return new(dimensions, centres.Count, coefficients, constants);
    }

    private static IEnumerable<int> LargestFirst(int clusters, int[] assignment)
    {
        var counts = new int[clusters];
        foreach (var cluster in assignment) counts[cluster]++;
        return Enumerable.Range(0, clusters).OrderByDescending(cluster => counts[cluster]);
    }

    // As PowerSpectrum.Transform.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Assign(ReadOnlySpan<float> data, int dimensions, List<float[]> centres, int[] assignment)
    {
        for (var i = 0; i < assignment.Length; i++)
        {
            var vector = data.Slice(i * dimensions, dimensions);
            var best = float.MaxValue;
            for (var c = 0; c < centres.Count; c++)
            {
                var distance = VectorMath.SquaredDistance(vector, centres[c]);
                if (distance >= best) continue;
                best = distance;
                assignment[i] = c;
            }
        }
    }

    private static void Recentre(ReadOnlySpan<float> data, int dimensions, List<float[]> centres, int[] assignment)
    {
        var counts = new int[centres.Count];
        var sums = centres.Select(_ => new float[dimensions]).ToArray();
        for (var i = 0; i < assignment.Length; i++)
        {
            counts[assignment[i]]++;
            VectorMath.AddScaled(sums[assignment[i]], data.Slice(i * dimensions, dimensions), 1);
        }
        for (var c = 0; c < centres.Count; c++)
        {
            if (counts[c] == 0) continue;
            for (var d = 0; d < dimensions; d++) centres[c][d] = sums[c][d] / counts[c];
        }
    }
}
