using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Asks the model about rows within a budget, each once, and keeps what is wanted.</summary>
internal sealed class TriedRows(ChangeSpace space, GoalScoring score, int budget)
{
    private const int AtOnce = 4096;
    private const int MostKept = 4000;

    private readonly HashSet<double[]> _seen = new(new SameValues());
    private List<TriedRow> _met = [];

    /// <summary>How many the model was asked.</summary>
    public int Evaluations { get; private set; }

    public int Left => budget - Evaluations;

    /// <summary>Those that are as wanted, the cheapest first; of very many the cheapest.</summary>
    public IReadOnlyList<TriedRow> Met
    {
        get
        {
            _met.Sort(TriedRow.Cheaper);
            return _met;
        }
    }

    /// <summary>The nearest of the others; null before the first.</summary>
    public TriedRow? Best { get; private set; }

    /// <summary>Asks about rows that were not asked before, as far as the budget goes.</summary>
    public async ValueTask<Result<List<TriedRow>>> TryAsync(IEnumerable<double[]> rows, CancellationToken cancel)
    {
        var tried = new List<TriedRow>();
        foreach (var batch in rows.Where(row => space.Changes(row) is > 0 and var changes && changes <= space.MostChanges && _seen.Add(row)).Take(Left).Chunk(AtOnce))
        {
            if ((await ScoreAsync(batch, cancel)).Failed(out var refused, out var answers))
                return refused;
            tried.AddRange(answers);
        }

        return tried;
    }

    private async ValueTask<Result<List<TriedRow>>> ScoreAsync(double[][] batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var matrix = new FeatureMatrix(batch.Length, space.Row.Length);
        for (var row = 0; row < batch.Length; row++)
            batch[row].CopyTo(matrix.Row(row));
        if ((await score(matrix, cancel)).Failed(out var refused, out var answer))
            return refused;
        Evaluations += batch.Length;
        var tried = new List<TriedRow>(batch.Length);
        for (var row = 0; row < batch.Length; row++)
        {
            var one = new TriedRow(batch[row], answer.Outputs[row], answer.Gaps[row], space.Cost(batch[row]));
            tried.Add(one);
            if (one.IsMet)
                _met.Add(one);
            else if (Best is null || TriedRow.Nearer(one, Best) < 0)
                Best = one;
        }

        if (_met.Count > 2 * MostKept)
            _met = [.. Met.Take(MostKept)];
        return tried;
    }

    private sealed class SameValues : IEqualityComparer<double[]>
    {
        public bool Equals(double[]? one, double[]? other) => one.AsSpan().SequenceEqual(other);

        public int GetHashCode(double[] values)
        {
            var hash = new HashCode();
            foreach (var value in values)
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
