using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Makes a synthetic copy of a table, and says how near it is to the real one: as a whole near, row by row no nearer than to rows it never saw.</summary>
internal static class SyntheticTable
{
    private const int LeastRows = 50;
    private const int Attempts = 20;
    private const int Measured = 400;
    private const int Compared = 4000;
    private const int NarrowValues = 4;

    /// <summary>Rows that a table needs.</summary>
    public static int Least => LeastRows;

    /// <summary>Makes one.</summary>
    /// <param name="real">The real table.</param>
    /// <param name="rows">How many rows to make.</param>
    /// <param name="seed">Of the lot.</param>
    /// <param name="k">Rows that must share a value before it may appear.</param>
    /// <param name="cancel">Stops.</param>
    public static (IReadOnlyList<PrivacyColumn> Columns, SyntheticData Report) Make(IReadOnlyList<PrivacyColumn> real, int rows, int seed, int k, CancellationToken cancel)
    {
        // A fifth is kept aside, so that there are rows of the same kind which the copy cannot remember.
        var random = new Random(seed);
        var order = Enumerable.Range(0, real[0].Rows).ToArray();
        random.Shuffle(order);
        var holdout = real.Select(column => column.Take([.. order[..(order.Length / 5)].Order()])).ToList();
        var fitted = real.Select(column => column.Take([.. order[(order.Length / 5)..].Order()])).ToList();
        var columns = fitted.Select((column, at) => CopulaColumn.Of(column, k, real[at])).ToList();
        var copula = GaussianCopula.Fit(columns, seed, cancel);
        var (drawn, redrawn) = Draw(columns, copula, real, rows, k, random, cancel);
        List<PrivacyColumn> made = [.. columns.Select((column, at) => column.Make(drawn[at]))];
        var shown = Enumerable.Range(0, columns.Count).Where(at => !columns[at].IsReplaced).ToList();
        var correlations = Correlations([.. shown.Select(at => columns[at].Scores())], [.. shown.Select(at => drawn[at])]);
        return (made, new()
        {
            Rows = made[0].Rows,
            FittedRows = fitted[0].Rows,
            HoldoutRows = holdout[0].Rows,
            Seed = seed,
            Columns = [.. columns.Select((column, at) => Column(column, made[at]))],
            MeanCorrelationDifference = correlations.Mean,
            MaxCorrelationDifference = correlations.Max,
            Privacy = Privacy([.. shown.Select(at => made[at])], [.. shown.Select(at => fitted[at])], [.. shown.Select(at => holdout[at])], random, cancel) with
            {
                ExactCopies = Copies(made, real, k, columns).Count,
                Redrawn = redrawn,
            },
        });
    }

    // A copy of a real row that is nobody's alone tells of nobody; and a row of three values and no more is had by chance.
    private static (double[][] Drawn, long Redrawn) Draw(
        List<CopulaColumn> columns, GaussianCopula copula, IReadOnlyList<PrivacyColumn> real, int rows, int k, Random random, CancellationToken cancel)
    {
        var drawn = copula.Draw(rows, random);
        var redrawn = 0L;
        for (var attempt = 0; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            var copies = Copies([.. columns.Select((column, at) => column.Make(drawn[at]))], real, k, columns);
            if (copies.Count == 0)
                return (drawn, redrawn);
            redrawn += copies.Count;
            if (attempt == Attempts)
            {
                var left = Enumerable.Range(0, drawn[0].Length).Except(copies).ToList();
                return ([.. drawn.Select(column => (double[])[.. left.Select(row => column[row])])], redrawn);
            }

            var anew = copula.Draw(copies.Count, random);
            for (var at = 0; at < drawn.Length; at++)
            {
                for (var copy = 0; copy < copies.Count; copy++)
                    drawn[at][copies[copy]] = anew[at][copy];
            }
        }
    }

    private static List<int> Copies(List<PrivacyColumn> made, IReadOnlyList<PrivacyColumn> real, int k, List<CopulaColumn> columns)
    {
        int[] shown = [.. Enumerable.Range(0, columns.Count).Where(at => !columns[at].IsReplaced)];
        var lone = Enumerable.Range(0, real[0].Rows).Where(row => shown.Count(at => !real[at].IsNull(row)) >= NarrowValues).GroupBy(row => Key(real, shown, row), StringComparer.Ordinal).Where(rows => rows.Count() < k).Select(static rows => rows.Key)
            .ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, made[0].Rows).Where(row => lone.Contains(Key(made, shown, row)))];
    }

    private static string Key(IReadOnlyList<PrivacyColumn> columns, int[] shown, int row) => string.Join('\u001f', shown.Select(at => columns[at].Show(row) ?? "\u0000"));

    private static SyntheticColumn Column(CopulaColumn column, PrivacyColumn made) => new()
    {
        Name = made.Name,
        Kind = column.IsReplaced ? "replaced" : column.IsCategorical ? "categorical" : "numeric",
        Distance = column.IsReplaced ? null : column.IsCategorical ? Fidelity.TotalVariation(column.Real, made) : Fidelity.KolmogorovSmirnov(column.Real.Numbers, made.Numbers),
        NullShare = column.NullShare,
        SyntheticNullShare = (double)Enumerable.Range(0, made.Rows).Count(made.IsNull) / Math.Max(1, made.Rows),
        RareValues = column.Rare,
    };

    private static (double Mean, double Max) Correlations(IReadOnlyList<double[]> real, IReadOnlyList<double[]> made)
    {
        var (x, y) = (RankCorrelations.Of(real), RankCorrelations.Of(made));
        var differences = (from row in Enumerable.Range(0, x.RowCount) from column in Enumerable.Range(0, row) select Math.Abs(x[row, column] - y[row, column])).ToList();
        return differences.Count == 0 ? (0, 0) : (differences.Average(), differences.Max());
    }

    private static SyntheticPrivacy Privacy(
        IReadOnlyList<PrivacyColumn> made, IReadOnlyList<PrivacyColumn> fitted, IReadOnlyList<PrivacyColumn> holdout, Random random, CancellationToken cancel)
    {
        if (made.Count == 0 || made[0].Rows == 0)
            return new();
        var size = Math.Min(Compared, holdout[0].Rows);
        var ranges = NearestRows.Ranges(fitted);
        var (seen, unseen) = (new NearestRows(Some(fitted, size, random), ranges), new NearestRows(Some(holdout, size, random), ranges));
        var measured = Some(made, Measured, random);
        var (near, far, nearer) = (new List<double>(), new List<double>(), 0.0);
        for (var row = 0; row < measured[0].Rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            near.Add(seen.Of(measured, row));
            far.Add(unseen.Of(measured, row));
            nearer += near[^1] < far[^1] ? 1 : near[^1] == far[^1] ? 0.5 : 0;
        }

        var (nearest, other) = (Median(near), Median(far));
        return new() { NearestFitted = nearest, NearestHoldout = other, Ratio = other > 0 ? nearest / other : 1, NearerToFitted = nearer / near.Count };
    }

    private static IReadOnlyList<PrivacyColumn> Some(IReadOnlyList<PrivacyColumn> columns, int rows, Random random)
    {
        var order = Enumerable.Range(0, columns[0].Rows).ToArray();
        random.Shuffle(order);
        return [.. columns.Select(column => column.Take(order[..Math.Min(rows, order.Length)]))];
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
