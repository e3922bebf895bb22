using Npgsql;
using NpgsqlTypes;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Joins views where their warehouse is: the keys and times of the entity rows go there by COPY into a temporary table, and what is chosen for
/// them comes back into a table of the embedded engine. The warehouse's data are read in one transaction that cannot write.
/// </summary>
internal sealed class WarehouseJoin(DuckLease lease, Warehouse warehouse, WarehouseTables tables, bool withState, ViewChecks? checks)
{
    private const int MostParameters = 30_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Joins views; <c>features.warehouse_unavailable</c>, <c>features.warehouse_failed</c>, <c>features.source_type_mismatch</c> and what
    /// <see cref="WarehouseRelations"/> says.
    /// </summary>
    /// <returns>Names of the tables with the views' features, and which views each has.</returns>
    public async ValueTask<Result<Done>> RunAsync(IReadOnlyList<WarehouseView> views, SourceSnapshot snapshot, CancellationToken cancel)
    {
        try
        {
            await using var connection = await warehouse.Source.OpenConnectionAsync(cancel);
            await ExecuteAsync(connection, WarehouseSql.Timeout(Timeout), cancel);
            // Views of the same keys share the copy of the entity rows.
            foreach (var group in views.GroupBy(static view => string.Join(',', view.Keys) + '|' + string.Join(',', view.View.Keys.Select(static key => key.Type))))
            {
                if ((await RunAsync(connection, [.. group], snapshot, cancel)).Failed(out var failure, out _))
                    return failure;
            }

            return Done.Ok;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("features.warehouse_failed", $"Warehouse {warehouse.Name} took more than {Timeout.TotalMinutes:F0} min.");
        }
        catch (PostgresException e) when (!cancel.IsCancellationRequested)
        {
            return Failure.Invalid("features.warehouse_failed", $"Warehouse {warehouse.Name} refused the join: {e.MessageText}");
        }
        catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("features.warehouse_unavailable", $"Warehouse {warehouse.Name} cannot be reached: {e.Message}");
        }
    }

    private async ValueTask<Result<Done>> RunAsync(NpgsqlConnection connection, IReadOnlyList<WarehouseView> views, SourceSnapshot snapshot, CancellationToken cancel)
    {
        var keys = views[0].View.Keys;
        await ExecuteAsync(connection, PostgresJoinSql.DropEntities, cancel);
        await ExecuteAsync(connection, PostgresJoinSql.CreateEntities(keys, warehouse.Dialect), cancel);
        if (!warehouse.Dialect.TakesCopy)
            await InsertAsync(connection, keys, views[0].Keys, cancel);
        await ExecuteAsync(connection, WarehouseSql.Begin, cancel);
        if (warehouse.Dialect.TakesCopy)
            await CopyAsync(connection, keys, views[0].Keys, cancel);
        foreach (var view in views)
        {
            if ((await WarehouseRelations.OfAsync(connection, view.Source, cancel)).Failed(out var failure, out var relation))
                return failure;
            var all = Enumerable.Range(0, view.View.Fields.Count).ToList();
            if (warehouse.Dialect.Scan(relation, view.View, all, view.Bounds).Failed(out failure, out var scan))
                return failure;
            if (RowFilter.There(warehouse.Dialect, relation, view.Rules).Failed(out failure, out var filter))
                return failure;
            if (checks is not null && await checks.ThereAsync(lease, view.View, connection, warehouse.Dialect, relation, scan.Where, filter, cancel) is { } refused)
                return refused;
            var join = new ViewJoin { Name = view.Name, View = view.View, Fields = view.Fields, Scan = filter.Of(scan), Keys = view.Keys, KnownAt = view.KnownAt && scan.HasCreated };
            snapshot.AddTable(view.Source, warehouse.Name, withState ? await StateAsync(connection, relation.From, cancel) : (null, null));
            await using var batch = WarehouseRelations.Batch(connection, PostgresJoinSql.Join(join, warehouse.Dialect));
            batch.Timeout = (int)Timeout.TotalSeconds;
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            if ((await tables.FillAsync(lease, reader, join, relation, cancel)).Failed(out failure, out _))
                return failure;
        }

        await ExecuteAsync(connection, WarehouseSql.End, cancel);
        await ExecuteAsync(connection, PostgresJoinSql.DropEntities, cancel);
        return Done.Ok;
    }

    private async ValueTask<(long? Rows, string? Hash)> StateAsync(NpgsqlConnection connection, string from, CancellationToken cancel)
    {
        await using var batch = WarehouseRelations.Batch(connection, warehouse.Dialect.State(from));
        batch.Timeout = (int)Timeout.TotalSeconds;
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1));
    }

    private async ValueTask CopyAsync(NpgsqlConnection connection, IReadOnlyList<JoinKey> keys, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        await using var writer = await connection.BeginBinaryImportAsync(PostgresJoinSql.CopyEntities(keys.Count), cancel);
        using var reader = lease.Connection.Query(WarehouseJoinSql.Entities(columns), streaming: true, cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                await writer.StartRowAsync(cancel);
                await writer.WriteAsync(reader.Values<long>(0)[row], NpgsqlDbType.Bigint, cancel);
                await writer.WriteAsync(reader.Values<long>(1)[row], NpgsqlDbType.Bigint, cancel);
                for (var key = 0; key < keys.Count; key++)
                    await WriteAsync(writer, reader, key + 2, row, keys[key].Type.Kind, cancel);
            }
        }

        await writer.CompleteAsync(cancel);
    }

    private async ValueTask InsertAsync(NpgsqlConnection connection, IReadOnlyList<JoinKey> keys, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var most = MostParameters / (keys.Count + 2);
        using var reader = lease.Connection.Query(WarehouseJoinSql.Entities(columns), streaming: true, cancel: cancel);
        while (reader.Read())
        {
            for (var from = 0; from < reader.Rows; from += most)
            {
                var rows = Math.Min(most, reader.Rows - from);
                await using var batch = WarehouseRelations.Batch(connection, PostgresJoinSql.InsertEntities(keys.Count, rows));
                for (var row = from; row < from + rows; row++)
                {
                    for (var column = 0; column < keys.Count + 2; column++)
                        batch.BatchCommands[0].Parameters.Add(new() { NpgsqlDbType = TypeOf(column < 2 ? FeatureKind.Int64 : keys[column - 2].Type.Kind), Value = ValueOf(reader, column, row) });
                }

                await batch.ExecuteNonQueryAsync(cancel);
            }
        }
    }

    private static NpgsqlDbType TypeOf(FeatureKind kind) => kind switch
    {
        FeatureKind.String => NpgsqlDbType.Text,
        FeatureKind.Bytes => NpgsqlDbType.Bytea,
        _ => NpgsqlDbType.Bigint,
    };

    private static object ValueOf(DuckReader reader, int column, int row) => reader.Value(column, row) switch
    {
        null => DBNull.Value,
        int whole => (long)whole,
        var value => value,
    };

    private static Task WriteAsync(NpgsqlBinaryImporter writer, DuckReader reader, int column, int row, FeatureKind kind, CancellationToken cancel)
    {
        if (reader.IsNull(column, row))
            return writer.WriteNullAsync(cancel);
        return kind switch
        {
            FeatureKind.String => writer.WriteAsync(System.Text.Encoding.UTF8.GetString(reader.Utf8(column, row)), NpgsqlDbType.Text, cancel),
            FeatureKind.Bytes => writer.WriteAsync(reader.Utf8(column, row).ToArray(), NpgsqlDbType.Bytea, cancel),
            FeatureKind.Int32 => writer.WriteAsync((long)reader.Values<int>(column)[row], NpgsqlDbType.Bigint, cancel),
            _ => writer.WriteAsync(reader.Values<long>(column)[row], NpgsqlDbType.Bigint, cancel),
        };
    }

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>A view that is joined in a warehouse.</summary>
internal sealed record WarehouseView(string Name, FeatureView View, FeatureSource Source, IReadOnlyList<int> Fields, IReadOnlyList<string> Keys, TimeBounds Bounds, bool KnownAt, IReadOnlyList<QualityRule> Rules);
