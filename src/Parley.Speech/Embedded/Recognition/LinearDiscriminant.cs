using System.Runtime.CompilerServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// Finds the projection in which classes stand furthest apart against their own spread (linear discriminant analysis), scaled
/// so that the average class has unit variance in each direction.
/// </summary>
internal sealed class LinearDiscriminant(int dimensions, int classes)
{
    private readonly double[] _counts = new double[classes];
    private readonly double[][] _sums = Make(classes, dimensions);
    private readonly float[] _squares = new float[dimensions * dimensions];
    private readonly double[][] _total = Make(dimensions, dimensions);
    private int _pending;

    // As PowerSpectrum.Transform: 0.1 s.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<float> vector, int label)
    {
        _counts[label]++;
        var sums = _sums[label];
        for (var i = 0; i < dimensions; i++)
        {
            sums[i] += vector[i];
            VectorMath.AddScaled(_squares.AsSpan(i * dimensions, i + 1), vector[..(i + 1)], vector[i]);
        }
        if (++_pending == 256) Flush();
    }

    /// <summary>Rows of the projection, most telling first.</summary>
    public float[][] Solve(int keep)
    {
        Flush();
        var count = _counts.Sum();
        var mean = new double[dimensions];
        foreach (var sums in _sums)
            for (var i = 0; i < dimensions; i++) mean[i] += sums[i] / count;
        var within = Make(dimensions, dimensions);
        var between = Make(dimensions, dimensions);
        for (var i = 0; i < dimensions; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double inner = 0, outer = 0;
                for (var c = 0; c < classes; c++)
                {
                    if (_counts[c] == 0) continue;
                    inner += _sums[c][i] * _sums[c][j] / _counts[c];
                    outer += (_sums[c][i] / _counts[c] - mean[i]) * (_sums[c][j] / _counts[c] - mean[j]) * _counts[c];
                }
                within[i][j] = within[j][i] = (_total[i][j] - inner) / count;
                between[i][j] = between[j][i] = outer / count;
            }
        }
        for (var i = 0; i < dimensions; i++) within[i][i] *= 1 + 1e-3;
        var inverse = SymmetricMatrix.InverseCholesky(within);
        var whitened = SymmetricMatrix.Sandwich(inverse, between);
        var directions = SymmetricMatrix.LeadingEigenvectors(whitened, keep);
        return [.. directions.Select(direction => SymmetricMatrix.TransposeTimes(inverse, direction))];
    }

    private void Flush()
    {
        for (var i = 0; i < dimensions; i++)
            for (var j = 0; j <= i; j++) _total[i][j] += _squares[i * dimensions + j];
        Array.Clear(_squares);
        _pending = 0;
    }

    private static double[][] Make(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}
