using System.Globalization;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>Statistics of a training set's features: the baseline that what is served later is compared with.</summary>
internal static class ColumnStatistics
{
    /// <summary>Computes them, as a JSON array.</summary>
    public static string Of(JoinedRows rows, CancellationToken cancel)
    {
        var table = rows.Keep(cancel);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var column in rows.Columns.Where(static column => column.Feature is not null))
                Write(json, rows.Lease, table, column, cancel);
            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>What <see cref="Of"/> gave, without some columns.</summary>
    public static string Without(string statistics, IReadOnlySet<string> hidden)
    {
        using var document = JsonDocument.Parse(statistics);
        return $"[{string.Join(',', document.RootElement.EnumerateArray().Where(column => !hidden.Contains(column.GetProperty("name").GetString()!)).Select(static column => column.GetRawText()))}]";
    }

    private static void Write(Utf8JsonWriter json, DuckLease lease, string table, OutputColumn column, CancellationToken cancel)
    {
        var type = column.Feature!.Value;
        json.WriteStartObject();
        json.WriteString("name"u8, column.Name);
        json.WriteString("type"u8, type.ToString());
        var counts = Row(lease, StatisticsSql.Counts(table, column.Sql), 3, cancel);
        json.WriteNumber("count"u8, Whole(counts[0]));
        json.WriteNumber("nulls"u8, Whole(counts[0]) - Whole(counts[1]));
        json.WriteNumber("distinct_approx"u8, Whole(counts[2]));
        if (!type.IsList && type.Kind is FeatureKind.Int32 or FeatureKind.Int64 or FeatureKind.Float32 or FeatureKind.Float64)
            Numbers(json, lease, table, column.Sql, cancel);
        else if (!type.IsList && type.Kind is FeatureKind.String or FeatureKind.Bool)
            Top(json, lease, table, column.Sql, cancel);
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, DuckLease lease, string table, string column, CancellationToken cancel)
    {
        var values = Row(lease, StatisticsSql.Numbers(table, column), 4 + StatisticsSql.Quantiles.Count, cancel).Select(static value => value as double?).ToList();
        Number(json, "mean", values[0]);
        Number(json, "sd", values[1]);
        Number(json, "min", values[2]);
        Number(json, "max", values[3]);
        json.WriteStartObject("quantiles"u8);
        for (var i = 0; i < StatisticsSql.Quantiles.Count; i++)
            Number(json, StatisticsSql.Quantiles[i].ToString("R", CultureInfo.InvariantCulture), values[4 + i]);
        json.WriteEndObject();
        if (values[2] is not { } least || values[3] is not { } greatest || !(least < greatest) || !double.IsFinite(greatest - least))
            return;
        var counts = new long[StatisticsSql.Bins];
        using (var reader = lease.Connection.Query(StatisticsSql.Histogram(table, column, least, greatest), cancel: cancel))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                    counts[reader.Values<int>(0)[row]] = reader.Values<long>(1)[row];
            }
        }

        json.WriteStartObject("histogram"u8);
        json.WriteStartArray("edges"u8);
        for (var i = 0; i <= StatisticsSql.Bins; i++)
            json.WriteNumberValue(i == StatisticsSql.Bins ? greatest : least + ((greatest - least) * i / StatisticsSql.Bins));
        json.WriteEndArray();
        json.WriteStartArray("counts"u8);
        foreach (var count in counts)
            json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Top(Utf8JsonWriter json, DuckLease lease, string table, string column, CancellationToken cancel)
    {
        json.WriteStartArray("top"u8);
        using var reader = lease.Connection.Query(StatisticsSql.Top(table, column), cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                json.WriteStartObject();
                json.WriteString("value"u8, reader.Utf8(0, row));
                json.WriteNumber("count"u8, reader.Values<long>(1)[row]);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static object?[] Row(DuckLease lease, string sql, int columns, CancellationToken cancel)
    {
        using var reader = lease.Connection.Query(sql, cancel: cancel);
        reader.Read();
        return [.. Enumerable.Range(0, columns).Select(column => reader.Value(column, 0))];
    }

    private static long Whole(object? value) => Convert.ToInt64(value ?? 0L, CultureInfo.InvariantCulture);

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
