namespace Churn;

/// <summary>Encoded customers with their labels (1 = left), in the same order.</summary>
internal sealed record Table(Matrix Inputs, int[] Labels)
{
    public int Rows => Inputs.Rows;

    public Table Take(IReadOnlyList<int> rows) => new(Inputs.Take(rows), [.. rows.Select(row => Labels[row])]);
}
