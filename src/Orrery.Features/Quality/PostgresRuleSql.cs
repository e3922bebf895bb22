using System.Globalization;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>
/// Rules on single rows as SQL of a warehouse, with the meaning that <see cref="QualitySql"/> gives them in the embedded engine: text is compared
/// by its bytes, a text column with numbers as the number that it holds. What would mean something else there is refused.
/// </summary>
internal static class PostgresRuleSql
{
    private const string NumberPattern = @"^\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])\s*$";

    /// <summary>True for a row that satisfies a rule or has no value; null when it cannot be asked.</summary>
    /// <param name="rule">On single rows.</param>
    /// <param name="relation">With its columns.</param>
    /// <param name="dialect">Of the warehouse.</param>
    /// <param name="why">A sentence that says why it cannot be asked.</param>
    public static string? Condition(QualityRule rule, SourceRelation relation, PostgresDialect dialect, out string why)
    {
        why = "";
        try
        {
            var predicate = Predicate(rule, relation, dialect);
            return QualitySql.HasValue(rule) is { } value ? $"(case when {value} then coalesce({predicate}, false) else true end)" : $"coalesce({predicate}, false)";
        }
        catch (QualityRuleException e)
        {
            why = e.Message;
            return null;
        }
    }

    private static string Predicate(QualityRule rule, SourceRelation relation, PostgresDialect dialect)
    {
        var document = rule.Document;
        SourceColumn Only() => Find(relation, document.Column!);
        return rule.Kind.Name switch
        {
            "not_be_null" => $"{Only().Sql} is not null",
            "be_null" => $"{Only().Sql} is null",
            "be_in_set" => In(Only(), document.Values, dialect),
            "not_in_set" => $"not {In(Only(), document.Values, dialect)}",
            "be_between" => Between(Only(), document.Min, document.Max, dialect),
            "value_lengths_between" => Between(Length(Only()), document.Min, document.Max, dialect),
            "value_lengths_equal" => $"{Length(Only()).Sql} = {Number(document.Max!.Value)}",
            "match_regex" => Matches(Only(), document.Pattern!, dialect),
            "not_match_regex" => $"not {Matches(Only(), document.Pattern!, dialect)}",
            "be_json_parseable" when Only().Type is SourceType.Json => "true",
            "pair_greater" => Pair(relation, document.Columns, ">", dialect),
            "pair_equal" => Pair(relation, document.Columns, "=", dialect),
            "pair_in_set" => PairIn(relation, document, dialect),
            _ => throw new QualityRuleException($"{rule.Kind.Name} has no counterpart there."),
        };
    }

    private static SourceColumn Find(SourceRelation relation, string name) =>
        relation.Find(name) ?? throw new QualityRuleException($"There is no column {name}.");

    private static string In(SourceColumn column, IReadOnlyList<JsonElement> values, PostgresDialect dialect)
    {
        var asNumber = values.All(static value => value.ValueKind is JsonValueKind.Number);
        return $"({Operand(column, asNumber, dialect)} in ({string.Join(", ", values.Select(value => Literal(value, column, asNumber)))}))";
    }

    private static string Between(SourceColumn column, JsonElement? min, JsonElement? max, PostgresDialect dialect)
    {
        var asNumber = min is { ValueKind: JsonValueKind.Number } || max is { ValueKind: JsonValueKind.Number };
        var operand = Operand(column, asNumber, dialect);
        var parts = new List<string>();
        if (min is { } low)
            parts.Add($"{operand} >= {Literal(low, column, asNumber)}");
        if (max is { } high)
            parts.Add($"{operand} <= {Literal(high, column, asNumber)}");
        return $"({string.Join(" and ", parts)})";
    }

    private static SourceColumn Length(SourceColumn column) => column.Type is SourceType.Text
        ? column with { Sql = $"length(cast({column.Sql} as text))", Type = SourceType.Whole }
        : throw Unfit(column, "a length");

    private static string Matches(SourceColumn column, string pattern, PostgresDialect dialect)
    {
        if (column.Type is not SourceType.Text)
            throw Unfit(column, "a text pattern");
        if (!dialect.TakesCopy)
            throw new QualityRuleException("patterns mean something else there.");
        return PostgresPattern.Of(pattern) is { } there
            ? $"(cast({column.Sql} as text) ~ {QualitySql.Text(there)})"
            : throw new QualityRuleException($"the pattern {DefinitionNames.Clip(pattern)} has parts that mean something else there.");
    }

    private static string Pair(SourceRelation relation, IReadOnlyList<string> names, string comparison, PostgresDialect dialect)
    {
        var (first, second) = (Find(relation, names[0]), Find(relation, names[1]));
        if (ClassOf(first) != ClassOf(second) || ClassOf(first) is ValueClass.Other)
            throw new QualityRuleException($"{first.Name} ({first.TypeName}) and {second.Name} ({second.TypeName}) cannot be compared there as they are here.");
        return $"({Operand(first, asNumber: false, dialect)} {comparison} {Operand(second, asNumber: false, dialect)})";
    }

    private static string PairIn(SourceRelation relation, Contracts.QualityRuleDocument document, PostgresDialect dialect)
    {
        var (first, second) = (Find(relation, document.Columns[0]), Find(relation, document.Columns[1]));
        string Equal(SourceColumn column, JsonElement value) => $"{Operand(column, asNumber: false, dialect)} = {Literal(value, column, asNumber: false)}";
        return $"({string.Join(" or ", document.Values.Select(pair => $"({Equal(first, pair[0])} and {Equal(second, pair[1])})"))})";
    }

    private static string Operand(SourceColumn column, bool asNumber, PostgresDialect dialect) => ClassOf(column) switch
    {
        ValueClass.Text when asNumber => $"(case when {column.Sql} ~ {QualitySql.Text(NumberPattern)} then cast({column.Sql} as double precision) end)",
        ValueClass.Text => dialect.Bytewise($"cast({column.Sql} as text)"),
        ValueClass.Other => throw Unfit(column, "this rule"),
        _ => column.Sql,
    };

    private static string Literal(JsonElement value, SourceColumn column, bool asNumber) => (ClassOf(column), value.ValueKind) switch
    {
        (ValueClass.Number, JsonValueKind.Number) => Number(value),
        (ValueClass.Text, JsonValueKind.Number) => asNumber ? Number(value) : QualitySql.Text(value.GetRawText()),
        (ValueClass.Text, JsonValueKind.String) when !asNumber => QualitySql.Text(value.GetString()),
        (ValueClass.Bool, JsonValueKind.True) => "true",
        (ValueClass.Bool, JsonValueKind.False) => "false",
        (ValueClass.Time, JsonValueKind.String) => $"timestamp '{Moment(value.GetString()!)}'",
        (ValueClass.Zoned, JsonValueKind.String) => $"timestamp with time zone '{Moment(value.GetString()!)}+00'",
        _ => throw new QualityRuleException($"{value.GetRawText()} cannot be compared with {column.Name}, which is {column.TypeName}."),
    };

    // JSON's grammar of numbers is SQL's, too.
    private static string Number(JsonElement value) => value.GetRawText();

    private static string Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)
            : throw new QualityRuleException($"{DefinitionNames.Clip(text)} is no time.");

    private static QualityRuleException Unfit(SourceColumn column, string what) => new($"{column.Name} is {column.TypeName}, which does not go with {what}.");

    private static ValueClass ClassOf(SourceColumn column) => column.Type switch
    {
        SourceType.Whole or SourceType.Number or SourceType.Decimal => ValueClass.Number,
        SourceType.Text => ValueClass.Text,
        SourceType.Bool => ValueClass.Bool,
        SourceType.Time or SourceType.Date => ValueClass.Time,
        SourceType.Zoned => ValueClass.Zoned,
        _ => ValueClass.Other,
    };

    private enum ValueClass
    {
        Other,
        Number,
        Text,
        Bool,
        Time,
        Zoned,
    }
}
