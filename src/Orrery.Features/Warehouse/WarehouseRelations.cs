using Npgsql;
using Npgsql.Schema;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Sources that are tables and queries of a warehouse, made readable on one connection.</summary>
internal static class WarehouseRelations
{
    /// <summary>A source; <c>features.source_unreadable</c>, <c>features.query_invalid</c>.</summary>
    public static async ValueTask<Result<SourceRelation>> OfAsync(NpgsqlConnection connection, FeatureSource source, CancellationToken cancel)
    {
        var from = source.Kind is SourceKind.Query ? $"(\n{source.Document.Query}\n) q" : Quote.Table(source.Document.Table ?? "");
        try
        {
            var columns = await ColumnsAsync(connection, from, cancel);
            return new SourceRelation
            {
                Source = source,
                From = from,
                Find = name => columns.GetValueOrDefault(name),
                Known = string.Join(", ", columns.Keys.Take(50)),
            };
        }
        catch (PostgresException e)
        {
            return source.Kind is SourceKind.Query
                ? Failure.Invalid("features.query_invalid", $"The query of source {source.Name} does not run: {e.MessageText}")
                : Failure.Invalid("features.source_unreadable", $"Source {source.Name} cannot be read: {e.MessageText}");
        }
    }

    /// <summary>One statement, as the server takes it: unlike a command, a batch's is not looked into for semicolons.</summary>
    public static NpgsqlBatch Batch(NpgsqlConnection connection, string sql)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        return batch;
    }

    private static async ValueTask<Dictionary<string, SourceColumn>> ColumnsAsync(NpgsqlConnection connection, string from, CancellationToken cancel)
    {
        await using var batch = Batch(connection, WarehouseSql.Nothing(from));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var columns = new Dictionary<string, SourceColumn>(StringComparer.Ordinal);
        foreach (NpgsqlDbColumn column in reader.GetColumnSchema())
            columns.TryAdd(column.ColumnName, new(column.ColumnName, Quote.Name(column.ColumnName), PostgresDialect.TypeOf(column.DataTypeName), column.DataTypeName));
        return columns;
    }
}
