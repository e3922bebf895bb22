using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>k-anonymity (Sweeney, 2002) and l-diversity (Machanavajjhala et al., 2007; distinct values) over quasi-identifiers.</summary>
internal static class Anonymity
{
    /// <summary>Looks at a table.</summary>
    /// <param name="columns">The table.</param>
    /// <param name="quasi">Columns by which somebody may be known.</param>
    /// <param name="sensitive">The column that must not be told of anybody; null for none.</param>
    /// <param name="k">Rows that a class must have.</param>
    /// <param name="l">Different sensitive values that a class must have.</param>
    /// <returns>The report, and the rows of classes that fall short.</returns>
    public static (AnonymityReport Report, IReadOnlyList<int> Short) Of(IReadOnlyList<PrivacyColumn> columns, IReadOnlyList<string> quasi, string? sensitive, int k, int l)
    {
        var keys = quasi.Select(name => columns.First(column => column.Name == name)).ToList();
        var told = sensitive is null ? null : columns.First(column => column.Name == sensitive);
        var classes = Enumerable.Range(0, columns[0].Rows).GroupBy(row => string.Concat(keys.Select(column => (column.Show(row) is { } text ? $"{text.Length}:{text}" : "-") + "|")), StringComparer.Ordinal)
            .Select(rows => (Rows: rows.ToList(), Values: told is null ? int.MaxValue : rows.Select(row => told.Show(row)).Distinct().Count())).ToList();
        var fallen = classes.Where(one => one.Rows.Count < k || (told is not null && one.Values < l)).SelectMany(static one => one.Rows).Order().ToList();
        return (new()
        {
            QuasiIdentifiers = quasi,
            Sensitive = sensitive,
            Rows = columns[0].Rows,
            Classes = classes.Count,
            SmallestClass = classes.Count == 0 ? 0 : classes.Min(static one => one.Rows.Count),
            SmallestDiversity = told is null || classes.Count == 0 ? null : classes.Min(static one => one.Values),
            RowsBelow = fallen.Count,
        }, fallen);
    }
}
