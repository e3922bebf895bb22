using Npgsql;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Reads in a warehouse: it chooses the newest rows, which come into a temporary table of the embedded engine and become what the view declares
/// there, under the same rules as rows of files.
/// </summary>
internal sealed class WarehouseNewestRows(DuckLease lease, Warehouse warehouse, NpgsqlConnection connection, SourceRelation relation, FeatureView view, RowFilter filter) : NewestRows
{
    private const string Carrier = "orrery_newest";
    private const int Seconds = 3600;

    public override async Task<Result<MaterializationExtent>> ExtentAsync(MaterializationPart part, CancellationToken cancel)
    {
        if (Scan(part, []).Failed(out var wrong, out var scan))
            return wrong;
        await using var batch = Batch(NewestSql.Extent(scan));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new MaterializationExtent(reader.GetInt64(0), Whole(reader, 1), Whole(reader, 2), Whole(reader, 3));
    }

    public override async Task<Result<IReadOnlyList<long>>> CutsAsync(MaterializationPart part, int parts, CancellationToken cancel)
    {
        if (Scan(part, []).Failed(out var wrong, out var scan))
            return wrong;
        var cuts = new List<long>();
        await using var batch = Batch(NewestSql.Cuts(scan, parts));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            cuts.Add(reader.GetInt64(0));
        return cuts;
    }

    public override async Task<Result<string>> SelectAsync(MaterializationPart part, CancellationToken cancel)
    {
        if (Scan(part, Enumerable.Range(0, view.Fields.Count).ToList()).Failed(out var wrong, out var scan))
            return wrong;
        var carried = view.Fields.Select(field => PostgresDialect.Carried(relation.Column(field.Name).Value, field.Type)).ToList();
        lease.Connection.Execute(CarrierSql.Create(Carrier, view.Keys, carried), cancel);
        await using (var batch = Batch(NewestSql.NewestThere(scan, view)))
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            using var appender = lease.Connection.Appender(Carrier);
            while (await reader.ReadAsync(cancel))
                Append(appender, reader, carried);
            appender.Close(cancel);
        }

        var fields = view.Fields.Select((field, i) => $"{DuckDbDialect.Instance.Cast(new SourceColumn(field.Name, $"f{i}", carried[i], carried[i].ToString()), field.Type)} as f{i}");
        return CarrierSql.Select(Carrier, view.Keys, fields);
    }

    private void Append(DuckAppender appender, NpgsqlDataReader reader, List<SourceType> carried)
    {
        for (var i = 0; i < view.Keys.Count; i++)
        {
            _ = view.Keys[i].Type.Kind switch
            {
                FeatureKind.String => appender.Append(reader.GetString(i)),
                FeatureKind.Bytes => appender.AppendBlob(reader.GetFieldValue<byte[]>(i)),
                _ => appender.Append(reader.GetInt64(i)),
            };
        }

        var at = view.Keys.Count;
        appender.Append(reader.GetInt64(at++));
        _ = reader.IsDBNull(at) ? appender.AppendNull() : appender.Append(reader.GetInt64(at));
        CarriedColumns.Append(appender, reader, at + 1, carried);
        appender.EndRow();
    }

    private NpgsqlBatch Batch(string sql)
    {
        var batch = WarehouseRelations.Batch(connection, sql);
        batch.Timeout = Seconds;
        return batch;
    }

    private Result<string> Scan(MaterializationPart part, IReadOnlyList<int> fields) =>
        warehouse.Dialect.Scan(relation, view, fields, part.Bounds).Then<string>(scan => NewestSql.Part($"{filter.Of(scan)}", part));

    private static long? Whole(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}

/// <summary>SQL of the table that rows of a warehouse come into.</summary>
internal static class CarrierSql
{
    public static string Create(string table, IReadOnlyList<JoinKey> keys, IReadOnlyList<SourceType> fields) =>
        $"create or replace temp table {table} ({string.Concat(keys.Select(static (key, i) => $"k{i} {Key(key)}, "))}ts bigint, created bigint{CarriedColumns.Declare(fields)})";

    /// <summary>Its rows as the view declares them.</summary>
    public static string Select(string table, IReadOnlyList<JoinKey> keys, IEnumerable<string> fields) =>
        $"select {string.Concat(keys.Select(static (key, i) => key.Type.Kind is FeatureKind.Int32 ? $"cast(k{i} as integer) as k{i}, " : $"k{i}, "))}ts, created, {string.Join(", ", fields)} from {table}";

    private static string Key(JoinKey key) => key.Type.Kind switch
    {
        FeatureKind.String => "varchar",
        FeatureKind.Bytes => "blob",
        _ => "bigint",
    };
}
