using System.Globalization;

namespace Orrery.Tests.Conformance;

/// <summary>Rows of a case as SQL literals.</summary>
internal static class RowSql
{
    /// <summary>Definitions of the columns: <c>key0.., moment, created, feature0..</c>.</summary>
    public static string Columns(JoinCase join, Func<string, string> type) => string.Join(", ", join.Keys
        .Select((key, i) => $"key{i} {type(key)}")
        .Append("moment timestamp")
        .Append("created timestamp")
        .Concat(join.Features.Select((feature, i) => $"feature{i} {type(feature)}")));

    public static string Rows(JoinCase join, IEnumerable<SourceRow> rows, Func<object, string, string> literal) =>
        string.Join(",\n", rows.Select(row => $"({string.Join(", ", row.Keys.Select((key, i) => Literal(key, join.Keys[i], literal))
            .Append(Time(row.Time)).Append(Time(row.Created))
            .Concat(row.Values.Select((value, i) => Literal(value, join.Features[i], literal))))})"));

    public static string Duck(object value, string type) => value switch
    {
        byte[] bytes => $"unhex('{Convert.ToHexString(bytes)}')",
        object?[] list => $"[{string.Join(", ", list.Select(item => Literal(item, type[5..^1], Duck)))}]",
        string text => Quoted(text),
        DateTimeOffset moment => Time((moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10),
        _ => $"'{JoinOracle.Text(value)}'",
    };

    public static string Postgres(object value, string type) => value switch
    {
        byte[] bytes => $"decode('{Convert.ToHexString(bytes)}', 'hex')",
        object?[] list => $"array[{string.Join(", ", list.Select(item => Literal(item, type[5..^1], Postgres)))}]{(type == "list<int64>" ? "::bigint[]" : "")}",
        string text => Quoted(text),
        long number when type == "int64" => string.Create(CultureInfo.InvariantCulture, $"'{number}'::bigint"),
        DateTimeOffset moment => Time((moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10),
        _ => $"'{JoinOracle.Text(value)}'",
    };

    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Time(long? micros) => micros is { } at
        ? $"timestamp '{DateTimeOffset.UnixEpoch.AddTicks(at * 10).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'"
        : "null";

    private static string Literal(object? value, string type, Func<object, string, string> literal) => value is null ? "null" : literal(value, type);
}
