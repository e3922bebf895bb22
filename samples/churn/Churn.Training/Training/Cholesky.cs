namespace Churn;

/// <summary>Solves A x = b for a symmetric positive definite A.</summary>
internal static class Cholesky
{
    /// <summary>Overwrites the lower triangle of <paramref name="a"/> (n by n, row-major) with its factor and <paramref name="b"/> with x.</summary>
    /// <exception cref="ArithmeticException">A is not positive definite.</exception>
    public static void Solve(double[] a, double[] b)
    {
        var n = b.Length;
        for (var row = 0; row < n; row++)
            for (var column = 0; column <= row; column++)
            {
                var sum = a[row * n + column];
                for (var k = 0; k < column; k++)
                    sum -= a[row * n + k] * a[column * n + k];
                if (row != column)
                    a[row * n + column] = sum / a[column * n + column];
                else if (sum > 0)
                    a[row * n + row] = Math.Sqrt(sum);
                else
                    throw new ArithmeticException($"The matrix is not positive definite: pivot {row} is {sum}.");
            }

        for (var row = 0; row < n; row++)
        {
            for (var k = 0; k < row; k++)
                b[row] -= a[row * n + k] * b[k];
            b[row] /= a[row * n + row];
        }

        for (var row = n - 1; row >= 0; row--)
        {
            for (var k = row + 1; k < n; k++)
                b[row] -= a[k * n + row] * b[k];
            b[row] /= a[row * n + row];
        }
    }
}
