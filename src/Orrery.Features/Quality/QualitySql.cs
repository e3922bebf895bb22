using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>Rules as DuckDB SQL. Names are quoted, values are literals of ours; nothing of a rule stands in the text as it came.</summary>
internal static class QualitySql
{
    /// <summary>Whether a row has values where the rule looks; null when every row counts.</summary>
    public static string? HasValue(QualityRule rule) => rule.Kind.Name is "not_be_null" or "be_null" or "satisfy"
        ? null
        : string.Join(" and ", rule.Columns.Select(static column => $"{Quote.Name(column)} is not null"));

    /// <summary>What must hold in a row with values.</summary>
    public static string Predicate(QualityRule rule, QualityTable table)
    {
        var document = rule.Document;
        var column = Operand(rule, table);
        return rule.Kind.Name switch
        {
            "not_be_null" => $"{column} is not null",
            "be_null" => $"{column} is null",
            "be_in_set" => $"{column} in ({Set(document.Values)})",
            "not_in_set" => $"{column} not in ({Set(document.Values)})",
            "be_between" => Between(column, document.Min, document.Max),
            "value_lengths_between" => Between($"length(cast({column} as varchar))", document.Min, document.Max),
            "value_lengths_equal" => $"length(cast({column} as varchar)) = {Literal(document.Max)}",
            "match_regex" => $"regexp_matches(cast({column} as varchar), {Text(document.Pattern)})",
            "not_match_regex" => $"not regexp_matches(cast({column} as varchar), {Text(document.Pattern)})",
            "match_strftime" => $"try_strptime(cast({column} as varchar), {Text(document.Pattern)}) is not null",
            "be_json_parseable" => $"json_valid(cast({column} as varchar))",
            "pair_greater" => $"{Quote.Name(document.Columns[0])} > {Quote.Name(document.Columns[1])}",
            "pair_equal" => $"{Quote.Name(document.Columns[0])} = {Quote.Name(document.Columns[1])}",
            "pair_in_set" => $"({Quote.Name(document.Columns[0])}, {Quote.Name(document.Columns[1])}) in ({string.Join(", ", document.Values.Select(static pair => $"({Literal(pair[0])}, {Literal(pair[1])})"))})",
            "satisfy" => Satisfy(rule, table),
            "z_scores_less_than" =>
                $"coalesce(abs({column} - (select avg({column}) from {table.Relation})) / nullif((select stddev_samp({column}) from {table.Relation}), 0), 0) < {Literal(document.Max)}",
            _ => throw new InvalidOperationException($"{rule.Kind.Name} is not about rows."),
        };
    }

    /// <summary>One number or answer of the whole, and whether it is as it must be; <c>(observed, holds)</c>.</summary>
    /// <param name="rule">Of scope <see cref="RuleScope.Whole"/>, needing a look at the rows.</param>
    /// <param name="table">What is looked at.</param>
    /// <param name="now">For ages.</param>
    public static (string Observed, string Holds) Measure(QualityRule rule, QualityTable table, DateTimeOffset now)
    {
        var document = rule.Document;
        var column = Operand(rule, table);
        if (Number(rule, column) is { } number)
            return (number, Between(number, document.Min, document.Max));
        switch (rule.Kind.Name)
        {
            case "row_count_equal":
                return ("count(*)", $"count(*) = {Literal(document.Max)}");
            case "distinct_values_be_in_set":
                return Outside(column, Set(document.Values));
            case "distinct_values_contain_set":
                return Missing(column, document);
            case "distinct_values_equal_set":
                var (_, none) = Outside(column, Set(document.Values));
                var (observed, all) = Missing(column, document);
                return (observed, $"{none} and {all}");
            case "freshness":
                _ = FeatureDuration.Read(document.Max!.Value.GetString()!, out var age);
                var oldest = (now - age).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
                return ($"max(try_cast({column} as timestamp))", $"max(try_cast({column} as timestamp)) >= timestamp '{oldest}'");
            default:
                throw new InvalidOperationException($"{rule.Kind.Name} is not measured.");
        }
    }

    /// <summary>Divergence of what is there from a distribution, in nats; infinite where a value is there that the distribution lacks.</summary>
    public static string Divergence(QualityRule rule, QualityTable table)
    {
        var column = Quote.Name(rule.Document.Column!);
        var total = rule.Document.Values.Sum(static pair => pair[1].GetDouble());
        var expected = string.Join(", ", rule.Document.Values.Select(pair =>
            $"({Literal(pair[0])}, cast('{(pair[1].GetDouble() / total).ToString("R", CultureInfo.InvariantCulture)}' as double))"));
        return $"""
            select coalesce(sum(q * ln(q / p)), 0)
            from (
              select v, cast(n as double) / sum(n) over () as q
              from (select {column} as v, count(*) as n from {table.Relation} where {column} is not null group by 1)) as seen
            left join (values {expected}) as wanted(v, p) on wanted.v = seen.v
            having count(*) = count(p)
            """;
    }

    /// <summary>Rows that are set aside, as JSON, each with one truth for each condition.</summary>
    public static string Aside(string relation, IEnumerable<string> conditions, string keeps, int most) => string.Create(
        CultureInfo.InvariantCulture,
        $"select cast(to_json(r) as varchar), {string.Join(", ", conditions)} from (select * {(keeps == WarehouseRows.Keeps ? $"exclude ({keeps}) " : "")}from {relation} where not ({keeps}) limit {most}) r");

    /// <summary>How many rows there are, and how many of them are set aside.</summary>
    public static string Count(string relation, string? keeps) => $"select count(*), {(keeps is null ? "cast(0 as bigint)" : $"count(*) filter (where not ({keeps}))")} from {relation}";

    /// <summary>Each pushed row with one truth for each condition.</summary>
    public static string Truths(string relation, IEnumerable<string> conditions) => $"select sequence, {string.Join(", ", conditions)} from {relation}";

    /// <summary>A table of pushed rows that replaces one of that name.</summary>
    public static string PushTable(string table) => $"create or replace temp table {table} (sequence bigint, event_time bigint, created_time bigint, columns varchar)";

    /// <summary>A condition over a relation, without rows: fails when it does not fit.</summary>
    public static string Nothing(string relation, string condition) => $"select {condition} from {relation} limit 0";

    /// <summary>A relation with further columns.</summary>
    public static string Named(string from, IEnumerable<string> columns) => $"(select *, {string.Join(", ", columns)} from {from}) named";

    /// <summary>The rows of a relation that satisfy a condition.</summary>
    public static string Rows(string from, string where) => $"(select * from {from} where {where}) checked";

    /// <summary>A text in single quotes.</summary>
    public static string Text(string? text) => "'" + (text ?? "").Replace("'", "''", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal) + "'";

    // A text column, as all of a CSV file are, is compared with numbers as the number it holds; one that holds none breaks the rule.
    private static string Operand(QualityRule rule, QualityTable table)
    {
        var column = Quote.Name(rule.Document.Column ?? "");
        var document = rule.Document;
        var isNumeric = rule.Kind.Name is "mean_between" or "median_between" or "stdev_between" or "sum_between" or "quantile_between" or "z_scores_less_than"
            || (rule.Kind.Name is "be_between" or "min_between" or "max_between" or "be_in_set" or "not_in_set" or "distinct_values_be_in_set" or "distinct_values_contain_set" or "distinct_values_equal_set"
                && (IsNumber(document.Min) || IsNumber(document.Max) || (document.Values.Count > 0 && document.Values.All(static value => IsNumber(value)))));
        return isNumeric && table.TypeOf(document.Column ?? "") is "VARCHAR" ? $"try_cast({column} as double)" : column;
    }

    private static bool IsNumber(JsonElement? value) => value is { ValueKind: JsonValueKind.Number };

    private static string? Number(QualityRule rule, string column) => rule.Kind.Name switch
    {
        "proportion_non_null_between" => $"(count({column}) / nullif(cast(count(*) as double), 0))",
        "unique_value_count_between" => $"count(distinct {column})",
        "proportion_unique_between" => $"(count(distinct {column}) / nullif(cast(count({column}) as double), 0))",
        "min_between" => $"min({column})",
        "max_between" => $"max({column})",
        "mean_between" => $"avg({column})",
        "median_between" => $"median({column})",
        "stdev_between" => $"stddev_samp({column})",
        "sum_between" => $"sum({column})",
        "quantile_between" => $"quantile_cont({column}, {rule.Document.Quantile!.Value.ToString("R", CultureInfo.InvariantCulture)})",
        "row_count_between" => "count(*)",
        _ => null,
    };

    private static (string Observed, string Holds) Outside(string column, string set)
    {
        var count = $"count(distinct {column}) filter (where {column} not in ({set}))";
        return (count, $"{count} = 0");
    }

    private static (string Observed, string Holds) Missing(string column, Contracts.QualityRuleDocument document)
    {
        var count = $"count(distinct {column}) filter (where {column} in ({Set(document.Values)}))";
        var wanted = document.Values.Select(Literal).Distinct().Count().ToString(CultureInfo.InvariantCulture);
        return (count, $"{count} = {wanted}");
    }

    private static string Satisfy(QualityRule rule, QualityTable table)
    {
        var columns = table.Columns
            .Select(static column => (column.Name, Type: TypeOf(column.Type)))
            .Where(static column => column.Type is not null)
            .Select(static column => new ExpressionColumn(column.Name, column.Type!.Value)).ToArray();
        var compiled = Expression.Compile(rule.Document.Pattern!, columns, new FeatureType(FeatureKind.Bool));
        if (compiled.Failed(out var failure, out var expression))
            throw new QualityRuleException(failure.Message);
        var sql = new StringBuilder();
        expression.AppendSql(sql, place => Quote.Name(columns[place].Name));
        return sql.ToString();
    }

    private static FeatureType? TypeOf(string duck) => duck switch
    {
        "BOOLEAN" => new(FeatureKind.Bool),
        "TINYINT" or "SMALLINT" or "INTEGER" or "UTINYINT" or "USMALLINT" => new(FeatureKind.Int32),
        "BIGINT" or "UINTEGER" => new(FeatureKind.Int64),
        "FLOAT" => new(FeatureKind.Float32),
        "DOUBLE" or "UBIGINT" or "HUGEINT" => new(FeatureKind.Float64),
        _ when duck.StartsWith("DECIMAL", StringComparison.Ordinal) => new(FeatureKind.Float64),
        "VARCHAR" => new(FeatureKind.String),
        _ when duck.StartsWith("TIMESTAMP", StringComparison.Ordinal) || duck is "DATE" => new(FeatureKind.UnixTimestamp),
        _ => null,
    };

    private static string Between(string value, JsonElement? min, JsonElement? max)
    {
        var low = min is null ? null : $"{value} >= {Literal(min)}";
        var high = max is null ? null : $"{value} <= {Literal(max)}";
        return low is null ? high! : high is null ? low : $"({low} and {high})";
    }

    private static string Set(IReadOnlyList<JsonElement> values) => string.Join(", ", values.Select(static value => Literal(value)));

    private static string Literal(JsonElement? value) => Literal(value!.Value);

    private static string Literal(JsonElement value) => value.ValueKind switch
    {
        // JSON's grammar of numbers is SQL's, too.
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => Text(value.GetString()),
        _ => throw new QualityRuleException($"{value.GetRawText()} is neither a number, a text nor true or false."),
    };
}

/// <summary>A rule that does not fit the table; becomes the result's error.</summary>
/// <param name="message">Why.</param>
internal sealed class QualityRuleException(string message) : Exception(message);
