using System.Globalization;

namespace Orrery.Governance;

/// <summary>
/// What a column's values are like: a few values with their shares, or numbers between quantiles; and how many are null. Values that fewer than k rows share
/// never appear, and no number beyond the k-th least and greatest.
/// </summary>
internal sealed class CopulaColumn
{
    private const int MostCategories = 500;
    private const int FewNumbers = 30;

    private readonly PrivacyColumn _real;
    private readonly string[] _labels;
    private readonly double[] _values;
    private readonly double[] _upTo;
    private readonly double[] _sorted;
    private readonly int _clip;

    private CopulaColumn(PrivacyColumn real, string[] labels, double[] values, double[] upTo, double[] sorted, int clip)
    {
        (_real, _labels, _values, _upTo, _sorted, _clip) = (real, labels, values, upTo, sorted, clip);
        var nulls = Enumerable.Range(0, real.Rows).Count(real.IsNull);
        NullShare = (double)nulls / real.Rows;
    }

    public PrivacyColumn Real => _real;

    public double NullShare { get; }

    /// <summary>Values that too few rows share.</summary>
    public long Rare { get; private init; }

    private RareNumbers? Rares { get; init; }

    /// <summary>Whether it is one of a few values.</summary>
    public bool IsCategorical => _upTo.Length > 0;

    /// <summary>Whether nothing of it may appear: nearly each row has its own text.</summary>
    public bool IsReplaced => _upTo.Length == 0 && _sorted.Length == 0;

    /// <summary>Looks at a column.</summary>
    /// <param name="column">The rows that a copy is made of.</param>
    /// <param name="k">Rows that must share a value before it may appear.</param>
    /// <param name="all">All rows, those among them that were kept aside; null for the same.</param>
    public static CopulaColumn Of(PrivacyColumn column, int k, PrivacyColumn? all = null)
    {
        int[] known = [.. Enumerable.Range(0, column.Rows).Where(row => !column.IsNull(row))];
        var counts = known.GroupBy(row => column.Show(row)!, StringComparer.Ordinal).Select(static rows => (Label: rows.Key, Count: rows.Count(), First: rows.First())).ToList();
        if (!column.IsText && counts.Count > FewNumbers)
        {
            var sorted = Known(column);
            var clip = Math.Min(k - 1, sorted.Length / 4);
            var rare = column.Kind is PrivacyColumnKind.Whole ? RareNumbers.Of(Known(all ?? column), sorted[clip], sorted[^(clip + 1)], k) : null;
            return new(column, [], [], [], sorted.Length > 4 * k && rare is not { IsAll: true } ? sorted : [], clip) { Rare = rare?.Count ?? 0, Rares = rare };
        }

        var kept = counts.Where(one => one.Count >= k).ToList();
        kept = column.IsText
            ? [.. kept.OrderByDescending(static one => one.Count).ThenBy(static one => one.Label, StringComparer.Ordinal).Take(MostCategories)]
            : [.. kept.OrderBy(one => column.Numbers[one.First])];
        var total = (double)kept.Sum(static one => one.Count);
        if (total < 0.5 * known.Length || kept.Count == 0)
            return new(column, [], [], [], [], 0) { Rare = counts.Count };
        var (upTo, sum) = (new double[kept.Count], 0.0);
        for (var at = 0; at < kept.Count; at++)
            upTo[at] = sum += kept[at].Count / total;
        return new(column, [.. kept.Select(static one => one.Label)], column.IsText ? [] : [.. kept.Select(one => column.Numbers[one.First])], upTo, [], 0) { Rare = counts.Count - kept.Count };
    }

    /// <summary>The value at a share of the distribution: its place among the categories, or a number.</summary>
    public double At(double share)
    {
        if (IsCategorical)
        {
            var place = Array.BinarySearch(_upTo, share);
            return Math.Min(place < 0 ? ~place : place, _upTo.Length - 1);
        }

        if (IsReplaced)
            return 0;
        // Between the values at both sides, so that it is neither of them.
        var at = _clip + (share * (_sorted.Length - 1 - (2 * _clip)));
        var low = Math.Min((int)at, _sorted.Length - 2);
        var number = _sorted[low] + ((at - low) * (_sorted[low + 1] - _sorted[low]));
        if (Rares is not null)
            return Rares.Beside(Math.Round(number));
        return (_real.Kind is PrivacyColumnKind.Time && _real.SqlType != "DATE") ? Math.Round(number)
            : _real.SqlType == "DATE" ? Math.Floor(number / 86_400) * 86_400 : number;
    }

    /// <summary>What a real row has, on the scale of <see cref="At"/>; not-a-number for null, and for what is too rare.</summary>
    public double[] Scores()
    {
        var scores = new double[_real.Rows];
        var places = _labels.Index().ToDictionary(static one => one.Item, static one => (double)one.Index, StringComparer.Ordinal);
        for (var row = 0; row < scores.Length; row++)
        {
            scores[row] = _real.IsNull(row) || IsReplaced ? double.NaN
                : IsCategorical ? places.GetValueOrDefault(_real.Show(row)!, double.NaN)
                : _real.Numbers[row];
        }

        return scores;
    }

    /// <summary>A column of drawn values; not-a-number is null.</summary>
    public PrivacyColumn Make(double[] drawn)
    {
        if (IsReplaced && _real.Kind is PrivacyColumnKind.Whole)
        {
            var beyond = Beyond();
            return _real with { Numbers = [.. drawn.Select((one, row) => double.IsNaN(one) ? double.NaN : beyond + row + 1)] };
        }

        if (IsReplaced && _real.IsText && _real.SqlType is not ("VARCHAR" or "BOOLEAN"))
            return new(_real.Name, PrivacyColumnKind.Whole, "BIGINT") { Numbers = [.. drawn.Select(static (one, row) => double.IsNaN(one) ? double.NaN : row + 1)] };
        if (!_real.IsText)
            return _real with { Numbers = [.. drawn.Select(one => double.IsNaN(one) || IsReplaced ? double.NaN : IsCategorical ? _values[(int)one] : one)] };
        return _real with
        {
            Texts = [.. drawn.Select((one, row) => double.IsNaN(one) ? null : IsReplaced ? string.Create(CultureInfo.InvariantCulture, $"{_real.Name}-{row + 1:D6}") : _labels[(int)one])],
        };
    }

    private static double[] Known(PrivacyColumn column) => [.. column.Numbers.Where(static value => !double.IsNaN(value)).Order()];

    // The power of ten above all real ones: made-up keys are none of them.
    private double Beyond()
    {
        var most = _real.Numbers.Where(static value => !double.IsNaN(value)).DefaultIfEmpty(0).Max();
        return most < 1 ? 0 : most < 1e14 ? Math.Pow(10, Math.Floor(Math.Log10(most)) + 1) : -1e9 + Math.Min(0, _real.Numbers.Where(static value => !double.IsNaN(value)).Min());
    }
}
