namespace Orrery.Governance;

/// <summary>Symmetric positive definite equations, by Cholesky's decomposition; one thread and one order, so that the same input gives the same digits.</summary>
internal static class NormalEquations
{
    /// <summary>Solves in place.</summary>
    /// <param name="matrix">[n, n]; the lower triangle is read and overwritten.</param>
    /// <param name="right">The right side; then the solution.</param>
    public static void Solve(Span<double> matrix, Span<double> right)
    {
        var size = right.Length;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[(row * size) + column];
                for (var index = 0; index < column; index++)
                    sum -= matrix[(row * size) + index] * matrix[(column * size) + index];
                if (row != column)
                    matrix[(row * size) + column] = sum / matrix[(column * size) + column];
                else if (sum > 0)
                    matrix[(row * size) + row] = Math.Sqrt(sum);
                else
                    throw new InvalidOperationException("The equations are singular.");
            }
        }

        for (var row = 0; row < size; row++)
        {
            for (var index = 0; index < row; index++)
                right[row] -= matrix[(row * size) + index] * right[index];
            right[row] /= matrix[(row * size) + row];
        }

        for (var row = size - 1; row >= 0; row--)
        {
            for (var index = row + 1; index < size; index++)
                right[row] -= matrix[(index * size) + row] * right[index];
            right[row] /= matrix[(row * size) + row];
        }
    }
}
