using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Which rows of a source may be used: those that satisfy every rule that sets rows aside. Bringing values online, joins and entity rows that
/// sources give all ask here, so that training sees what serving sees.
/// </summary>
/// <param name="Conditions">One for each rule: SQL over the source's columns, true for a row that satisfies it.</param>
internal sealed record RowFilter(IReadOnlyList<(QualityRule Rule, string Sql)> Conditions)
{
    /// <summary>Lets every row through.</summary>
    public static readonly RowFilter Open = new([]);

    /// <summary>What a row must satisfy; null when every row may be used.</summary>
    public string? Keeps => Conditions.Count == 0 ? null : string.Join(" and ", Conditions.Select(static one => one.Sql));

    /// <summary>The rules that decide over the rows of a view: its source's first, then its own.</summary>
    public static IReadOnlyList<QualityRule> Rules(FeatureView view) => [.. view.Source.History.Rules.Concat(view.Rules).Where(SetsAside)];

    /// <summary>Whether rows that break a rule are not used.</summary>
    public static bool SetsAside(QualityRule rule) => rule.Reaction is "quarantine";

    /// <summary>The filter of a table in the embedded engine. A rule that does not fit the table is left out: it is in the report, with an error.</summary>
    public static RowFilter Here(DuckConnection connection, QualityTable table, IEnumerable<QualityRule> rules, CancellationToken cancel) =>
        Fitting(connection, table, rules.Where(SetsAside), cancel);

    /// <summary>Conditions of rules on single rows, whatever becomes of the rows, without those that do not fit the table.</summary>
    public static RowFilter Fitting(DuckConnection connection, QualityTable table, IEnumerable<QualityRule> rules, CancellationToken cancel)
    {
        var conditions = new List<(QualityRule, string)>();
        foreach (var rule in rules)
        {
            if (Condition(rule, table) is { } sql && Fits(connection, table, sql, cancel))
                conditions.Add((rule, sql));
        }

        return new(conditions);
    }

    /// <summary>A view's scan in the embedded engine, of the rows that may be used.</summary>
    /// <param name="connection">Of the engine.</param>
    /// <param name="relation">Of the view's source, with the columns that rules name (<see cref="NamedColumns"/>).</param>
    /// <param name="view">The view.</param>
    /// <param name="fields">Places of its features.</param>
    /// <param name="bounds">Of time.</param>
    /// <param name="rules">That set rows aside.</param>
    /// <param name="cancel">Interrupts the engine.</param>
    public static Result<ScanSql> Scan(
        DuckConnection connection, SourceRelation relation, FeatureView view, IReadOnlyList<int> fields, TimeBounds bounds, IReadOnlyList<QualityRule> rules, CancellationToken cancel)
    {
        if (DuckDbDialect.Instance.Scan(relation, view, fields, bounds).Failed(out var wrong, out var scan))
            return wrong;
        return rules.Count == 0 ? scan : Here(connection, QualityTable.Of(connection, relation.From, cancel), rules, cancel).Of(scan);
    }

    /// <summary>The filter in a warehouse; <c>features.rule_not_in_warehouse</c> for a rule that cannot be asked there as it is asked here.</summary>
    public static Result<RowFilter> There(PostgresDialect dialect, SourceRelation relation, IReadOnlyList<QualityRule> rules)
    {
        var conditions = new List<(QualityRule, string)>();
        foreach (var rule in rules.Where(SetsAside))
        {
            if (PostgresRuleSql.Condition(rule, relation, dialect, out var why) is not { } sql)
            {
                return Failure.Invalid(
                    "features.rule_not_in_warehouse",
                    $"The rule {rule.Name} sets rows of source {relation.Source.Name} aside, which is in a warehouse that cannot be asked it: {why} Use another rule there, or on_failure: warn or reject.");
            }

            conditions.Add((rule, sql));
        }

        return new RowFilter(conditions);
    }

    /// <summary>A scan without the rows that are set aside.</summary>
    public ScanSql Of(ScanSql scan) => Keeps is { } keeps ? scan with { Where = $"{scan.Where} and {keeps}" } : scan;

    /// <summary>Whether a row satisfies a rule, in the embedded engine: true for rows without a value; null when the rule does not fit the table.</summary>
    public static string? Condition(QualityRule rule, QualityTable table)
    {
        try
        {
            if (rule.Columns.Any(column => table.TypeOf(column) is null))
                return null;
            var predicate = QualitySql.Predicate(rule, table);
            return QualitySql.HasValue(rule) is { } value ? $"(case when {value} then coalesce({predicate}, false) else true end)" : $"coalesce({predicate}, false)";
        }
        catch (QualityRuleException)
        {
            return null;
        }
    }

    private static bool Fits(DuckConnection connection, QualityTable table, string condition, CancellationToken cancel)
    {
        try
        {
            using var reader = connection.Query(QualitySql.Nothing(table.Relation, condition), cancel: cancel);
            return true;
        }
        catch (DuckException e) when (e.Type is not (DuckErrorType.Interrupt or DuckErrorType.Io or DuckErrorType.OutOfMemory))
        {
            return false;
        }
    }
}
