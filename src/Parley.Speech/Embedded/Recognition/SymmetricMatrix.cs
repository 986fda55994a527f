using System.Runtime.CompilerServices;

namespace Parley.Speech.Embedded;

/// <summary>The little dense linear algebra that <see cref="LinearDiscriminant"/> needs.</summary>
internal static class SymmetricMatrix
{
    /// <summary>L⁻¹ where L·Lᵀ = <paramref name="matrix"/>, which must be positive definite.</summary>
    public static double[][] InverseCholesky(double[][] matrix)
    {
        var n = matrix.Length;
        var lower = Square(n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i][j];
                for (var k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
                lower[i][j] = i == j ? Math.Sqrt(sum) : sum / lower[j][j];
            }
        }
        var inverse = Square(n);
        for (var column = 0; column < n; column++)
        {
            for (var i = column; i < n; i++)
            {
                var sum = i == column ? 1.0 : 0.0;
                for (var k = column; k < i; k++) sum -= lower[i][k] * inverse[k][column];
                inverse[i][column] = sum / lower[i][i];
            }
        }
        return inverse;
    }

    /// <summary>A·S·Aᵀ.</summary>
    public static double[][] Sandwich(double[][] a, double[][] s)
    {
        var n = a.Length;
        var half = Square(n);
        for (var i = 0; i < n; i++)
            for (var k = 0; k < n; k++)
            {
                if (a[i][k] == 0) continue;
                for (var j = 0; j < n; j++) half[i][j] += a[i][k] * s[k][j];
            }
        var result = Square(n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                double sum = 0;
                for (var k = 0; k < n; k++) sum += half[i][k] * a[j][k];
                result[i][j] = sum;
            }
        return result;
    }

    /// <summary>Aᵀ·v, as single precision.</summary>
    public static float[] TransposeTimes(double[][] a, double[] v)
    {
        var result = new double[v.Length];
        for (var i = 0; i < v.Length; i++)
            for (var j = 0; j < v.Length; j++) result[j] += a[i][j] * v[i];
        return [.. result.Select(value => (float)value)];
    }

    /// <summary>Unit eigenvectors of the largest eigenvalues, largest first, by cyclic Jacobi rotations.</summary>
    public static double[][] LeadingEigenvectors(double[][] matrix, int keep)
    {
        var n = matrix.Length;
        var a = matrix.Select(row => (double[])row.Clone()).ToArray();
        // Rows of v become the eigenvectors.
        var v = Square(n);
        for (var i = 0; i < n; i++) v[i][i] = 1;
        var scale = Enumerable.Range(0, n).Sum(i => a[i][i] * a[i][i]);
        for (var sweep = 0; sweep < 12; sweep++)
        {
            double off = 0;
            for (var i = 0; i < n; i++)
                for (var j = 0; j < i; j++) off += a[i][j] * a[i][j];
            if (off < 1e-14 * scale) break;
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++) Rotate(a, v, p, q);
        }
        return [.. Enumerable.Range(0, n).OrderByDescending(i => a[i][i]).Take(keep).Select(i => v[i])];
    }

    // As PowerSpectrum.Transform: 0.1 s.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate(double[][] a, double[][] v, int p, int q)
    {
        if (Math.Abs(a[p][q]) < 1e-12 * Math.Sqrt(Math.Abs(a[p][p] * a[q][q]))) return;
        var theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        foreach (var row in a) (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
        Mix(a[p], a[q], c, s);
        Mix(v[p], v[q], c, s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(double[] x, double[] y, double c, double s)
    {
        for (var k = 0; k < x.Length; k++) (x[k], y[k]) = (c * x[k] - s * y[k], s * x[k] + c * y[k]);
    }

    private static double[][] Square(int n) => [.. Enumerable.Range(0, n).Select(_ => new double[n])];
}
