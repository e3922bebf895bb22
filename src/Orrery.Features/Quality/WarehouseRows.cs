using Npgsql;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Brings rows of a warehouse into a table of the embedded engine, where rules are asked of them. They come one after the other, and the table
/// goes to disk when the engine's memory is full. Which rows are set aside the warehouse says itself, as it does for joins.
/// </summary>
internal static class WarehouseRows
{
    /// <summary>The column that says whether a row may be used.</summary>
    public const string Keeps = "orrery_keeps";

    private const int Seconds = 3600;

    /// <summary>Loads rows into a new table and gives what may stand behind <c>from</c>.</summary>
    /// <param name="connection">Of the embedded engine.</param>
    /// <param name="table">Name for the table; one of that name is replaced.</param>
    /// <param name="warehouse">Reads.</param>
    /// <param name="dialect">What it speaks.</param>
    /// <param name="relation">The source there.</param>
    /// <param name="where">Of which rows.</param>
    /// <param name="filter">Which of them may be used.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<string> LoadAsync(
        DuckConnection connection, string table, NpgsqlConnection warehouse, PostgresDialect dialect, SourceRelation relation, string where, RowFilter filter, CancellationToken cancel)
    {
        var columns = await ColumnsAsync(warehouse, relation, cancel);
        var types = columns.Select(static column => column.Carried).Append(SourceType.Bool).ToList();
        connection.Execute(WarehouseRowsSql.Create(table, types), cancel);
        await using var batch = WarehouseRelations.Batch(warehouse, WarehouseRowsSql.Read(columns.Select(column => column.Sql(dialect)), filter.Keeps ?? "true", relation.From, where));
        batch.Timeout = Seconds;
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        using (var appender = connection.Appender(table))
        {
            while (await reader.ReadAsync(cancel))
            {
                CarriedColumns.Append(appender, reader, first: 0, types);
                appender.EndRow();
            }

            appender.Close(cancel);
        }

        return WarehouseRowsSql.Named(table, columns);
    }

    private static async Task<List<WarehouseColumn>> ColumnsAsync(NpgsqlConnection warehouse, SourceRelation relation, CancellationToken cancel)
    {
        await using var batch = WarehouseRelations.Batch(warehouse, WarehouseSql.Nothing(relation.From));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return [.. (await reader.GetColumnSchemaAsync(cancel)).Select(static column => column.ColumnName).Distinct(StringComparer.Ordinal).Select(name => new WarehouseColumn(relation.Find(name)!))];
    }
}

/// <summary>A column on its way from a warehouse.</summary>
internal sealed record WarehouseColumn(SourceColumn Column)
{
    /// <summary>As what it travels.</summary>
    public SourceType Carried => Column.Type switch
    {
        SourceType.Bool or SourceType.Whole or SourceType.Bytes => Column.Type,
        SourceType.Number or SourceType.Decimal => SourceType.Number,
        SourceType.Time or SourceType.Date or SourceType.Zoned => SourceType.Micros,
        _ => SourceType.Text,
    };

    /// <summary>How the warehouse gives it.</summary>
    public string Sql(PostgresDialect dialect) => Column.Type switch
    {
        SourceType.Bool or SourceType.Bytes => Column.Sql,
        SourceType.Whole => $"cast({Column.Sql} as bigint)",
        SourceType.Number or SourceType.Decimal => $"cast({Column.Sql} as double precision)",
        SourceType.Time or SourceType.Date or SourceType.Zoned => dialect.Micros(Column),
        SourceType.List => $"cast(to_json({Column.Sql}) as text)",
        _ => $"cast({Column.Sql} as text)",
    };

    /// <summary>What it is in the embedded engine.</summary>
    public string Here(string carried) => Column.Type switch
    {
        SourceType.Time or SourceType.Date => $"make_timestamp({carried})",
        SourceType.Zoned => $"make_timestamptz({carried})",
        _ => carried,
    };
}
