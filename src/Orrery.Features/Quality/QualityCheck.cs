using System.Globalization;
using System.Text;
using Orrery.Contracts;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Checks a table in DuckDB against rules: one pass for all rules on rows and measures, and one more for each rule that needs its own.</summary>
/// <param name="connection">Where the table is.</param>
/// <param name="table">What is checked.</param>
/// <param name="hidden">Columns of which no sample may be shown.</param>
/// <param name="now">For ages.</param>
internal sealed class QualityCheck(DuckConnection connection, QualityTable table, IReadOnlySet<string> hidden, DateTimeOffset now)
{
    public const int MaxSamples = 20;

    /// <summary>Checks all rules, in order.</summary>
    public IReadOnlyList<QualityResult> Run(IReadOnlyList<QualityRule> rules, CancellationToken cancel)
    {
        var results = new QualityResult?[rules.Count];
        var together = new List<(int Place, string Sql)>();
        for (var place = 0; place < rules.Count; place++)
        {
            var rule = rules[place];
            try
            {
                if (rule.Columns.FirstOrDefault(column => table.TypeOf(column) is null) is { } missing && rule.Kind.Name is not "column_to_exist")
                    throw new QualityRuleException($"There is no column {missing}; there are {string.Join(", ", table.Columns.Select(static column => column.Name))}.");
                if (Shape(rule) is { } known)
                    results[place] = known;
                else
                    together.Add((place, Counts(rule)));
            }
            catch (QualityRuleException e)
            {
                results[place] = Broken(rule, e.Message);
            }
        }

        RunTogether(rules, together, results, cancel);
        return [.. results.Select(static result => result!)];
    }

    /// <summary>What a row must satisfy not to be set aside; null when no rule sets rows aside.</summary>
    public string? Keeps(IReadOnlyList<QualityRule> rules) => RowFilter.Here(connection, table, rules, CancellationToken.None).Keeps;

    // Each rule adds three columns: of rows (elements, missing, unexpected), of the whole (observed, holds, null).
    private void RunTogether(IReadOnlyList<QualityRule> rules, List<(int Place, string Sql)> together, QualityResult?[] results, CancellationToken cancel)
    {
        if (together.Count == 0)
            return;
        try
        {
            using var reader = connection.Query($"select {string.Join(", ", together.Select(static one => one.Sql))} from {table.Relation}", cancel: cancel);
            reader.Read();
            for (var at = 0; at < together.Count; at++)
                results[together[at].Place] = Read(reader, at * 3, rules[together[at].Place]);
        }
        catch (DuckException e) when (e.Type is not DuckErrorType.Interrupt)
        {
            if (together.Count == 1)
            {
                results[together[0].Place] = Broken(rules[together[0].Place], e.Summary);
                return;
            }

            // One rule that does not fit its column spoils the pass; each by itself tells which.
            foreach (var one in together)
                RunTogether(rules, [one], results, cancel);
            return;
        }

        foreach (var (place, _) in together)
        {
            if (results[place] is { Passed: false, UnexpectedCount: > 0 } failed)
                results[place] = failed with { Samples = Samples(rules[place], cancel) };
        }
    }

    private string Counts(QualityRule rule)
    {
        if (rule.Kind.Scope is RuleScope.Whole)
        {
            var (observed, holds) = rule.Kind.Name is "kl_divergence_less_than"
                ? ($"coalesce(({QualitySql.Divergence(rule, table)}), cast('inf' as double))", "")
                : QualitySql.Measure(rule, table, now);
            if (holds.Length == 0)
                holds = $"{observed} < {rule.Document.Max!.Value.GetRawText()}";
            return $"cast({observed} as varchar), coalesce({holds}, false), null";
        }

        if (rule.Kind.Name is "be_unique" or "compound_columns_unique")
            return Repeats(rule);
        var value = QualitySql.HasValue(rule);
        var predicate = QualitySql.Predicate(rule, table);
        var missing = value is null ? "0" : $"count(*) filter (where not ({value}))";
        var unexpected = $"count(*) filter (where {(value is null ? "" : $"{value} and ")}not coalesce({predicate}, false))";
        return $"count(*), {missing}, {unexpected}";
    }

    private string Repeats(QualityRule rule)
    {
        var columns = string.Join(", ", rule.Columns.Select(Quote.Name));
        var value = QualitySql.HasValue(rule);
        var repeated = $"(select coalesce(sum(n), 0) from (select count(*) as n from {table.Relation} where {value} group by {columns} having count(*) > 1))";
        return $"count(*), count(*) filter (where not ({value})), cast({repeated} as bigint)";
    }

    private QualityResult Read(DuckReader reader, int first, QualityRule rule)
    {
        if (rule.Kind.Scope is RuleScope.Whole)
        {
            var holds = reader.Value(first + 1, 0) is true;
            // The least or greatest value is a value.
            if (rule.Kind.Name is "min_between" or "max_between" or "median_between" or "quantile_between" && rule.Columns.Any(hidden.Contains))
                return Of(rule) with { Passed = holds };
            return Of(rule) with { Passed = holds, Observed = reader.Value(first, 0) as string ?? "null" };
        }

        var elements = Whole(reader.Value(first, 0));
        var missing = Whole(reader.Value(first + 1, 0));
        var unexpected = Whole(reader.Value(first + 2, 0));
        var looked = elements - missing;
        var share = looked == 0 ? 0 : (double)unexpected / looked;
        return Of(rule) with
        {
            // Counted rather than divided, so that 0.9 of 10 rows allows one.
            Passed = unexpected <= Math.Floor(((1 - rule.Mostly) * looked) + 1e-9),
            ElementCount = elements,
            MissingCount = missing,
            UnexpectedCount = unexpected,
            UnexpectedPercent = share * 100,
        };
    }

    private List<string> Samples(QualityRule rule, CancellationToken cancel)
    {
        var columns = rule.Columns.ToArray();
        if (columns.Length == 0 || columns.Any(hidden.Contains) || rule.Kind.Name is "not_be_null")
            return [];
        var shown = columns.Length == 1
            ? $"cast({Quote.Name(columns[0])} as varchar)"
            : $"concat_ws(', ', {string.Join(", ", columns.Select(static column => $"cast({Quote.Name(column)} as varchar)"))})";
        var filter = rule.Kind.Name is "be_unique" or "compound_columns_unique"
            ? $"where {QualitySql.HasValue(rule)} group by {string.Join(", ", columns.Select(Quote.Name))} having count(*) > 1"
            : $"where not {RowFilter.Condition(rule, table)}";
        using var reader = connection.Query($"select {shown} from {table.Relation} {filter} limit {MaxSamples}", cancel: cancel);
        var samples = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                if (reader.IsNull(0, row))
                    continue;
                var text = Encoding.UTF8.GetString(reader.Utf8(0, row));
                samples.Add(text.Length > 200 ? text[..200] + "..." : text);
            }
        }

        return samples;
    }

    /// <summary>The answer of a rule on the columns alone; null for all others.</summary>
    private QualityResult? Shape(QualityRule rule)
    {
        var names = table.Columns.Select(static column => column.Name).ToArray();
        string[] Wanted() => [.. rule.Document.Values.Select(static value => value.ToString())];
        switch (rule.Kind.Name)
        {
            case "column_to_exist":
                return Of(rule) with { Passed = names.Contains(rule.Document.Column), Observed = string.Join(", ", names) };
            case "table_columns_match_set":
                return Of(rule) with { Passed = names.ToHashSet().SetEquals(Wanted()), Observed = string.Join(", ", names) };
            case "table_columns_match_ordered_list":
                return Of(rule) with { Passed = names.SequenceEqual(Wanted()), Observed = string.Join(", ", names) };
            case "column_count_between":
                var count = (double)names.Length;
                var holds = (rule.Document.Min is not { } min || count >= min.GetDouble()) && (rule.Document.Max is not { } max || count <= max.GetDouble());
                return Of(rule) with { Passed = holds, Observed = names.Length.ToString(CultureInfo.InvariantCulture) };
            case "be_of_type":
                var type = table.TypeOf(rule.Document.Column!)!;
                return Of(rule) with { Passed = Wanted().Contains(type, StringComparer.OrdinalIgnoreCase), Observed = type };
            default:
                return null;
        }
    }

    private static long Whole(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static QualityResult Of(QualityRule rule) => new() { Rule = rule.Document, Of = rule.OfSource ? "source" : "view" };

    private static QualityResult Broken(QualityRule rule, string error) => Of(rule) with { Error = error };
}
