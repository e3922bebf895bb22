using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_eval_record</c>.</summary>
internal static class EvaluationRecordStore
{
    private const string Columns =
        "record_id, input_hash, position, inputs, created_at, updated_at, outputs, expectations, tags, source_type, source_data, created_by, updated_by";

    private const string ListPage = $"""
        select {Columns}
          from trk_eval_record
         where tenant_id = @tenant
           and dataset_id = @dataset
           and position > @after
         order by position
         limit @limit
        """;

    private const string ListSame = $$"""
        select {{Columns}}
          from trk_eval_record
         where tenant_id = @tenant
           and dataset_id = @dataset
           and input_hash {in hashes}
        """;

    private const string Upsert = $$"""
        insert into trk_eval_record (tenant_id, dataset_id, {{Columns}})
        select @tenant, @dataset, rows.record_id, rows.input_hash, rows.position, rows.inputs, rows.created_at, rows.updated_at, rows.outputs,
               rows.expectations, rows.tags, rows.source_type, rows.source_data, rows.created_by, rows.updated_by
          from {rows}
         where true
            on conflict (tenant_id, dataset_id, input_hash) do update
           set updated_at = excluded.updated_at, outputs = excluded.outputs, expectations = excluded.expectations, tags = excluded.tags,
               updated_by = excluded.updated_by
        """;

    /// <summary>One page, behind the record at a position.</summary>
    public static async ValueTask<List<EvaluationRecord>> ListAsync(DbSession session, WorkspaceId workspace, string datasetId, long after, int limit)
    {
        using var statement = session.Sql(ListPage)
            .Set("tenant", workspace.Value).Set("dataset", datasetId).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>Those with one of these inputs.</summary>
    public static async ValueTask<List<EvaluationRecord>> ListAsync(DbSession session, WorkspaceId workspace, string datasetId, IReadOnlyCollection<string> hashes)
    {
        using var statement = session.Sql(ListSame).Set("tenant", workspace.Value).Set("dataset", datasetId).SetList("hashes", hashes);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask SaveAsync(DbSession session, WorkspaceId workspace, string datasetId, IReadOnlyList<EvaluationRecord> records)
    {
        using var statement = session.Sql(Upsert).Set("tenant", workspace.Value).Set("dataset", datasetId);
        await statement.ExecuteRowsAsync(new SqlRows(records.Count)
            .Text("record_id", records, r => r.RecordId).Text("input_hash", records, r => r.InputHash).Whole("position", records, r => r.Position)
            .Text("inputs", records, r => r.Inputs).Whole("created_at", records, r => r.CreatedAt).Whole("updated_at", records, r => r.UpdatedAt)
            .Text("outputs", records, r => r.Outputs).Text("expectations", records, r => r.Expectations).Text("tags", records, r => r.Tags)
            .Text("source_type", records, r => r.SourceType).Text("source_data", records, r => r.SourceData)
            .Text("created_by", records, r => r.CreatedBy).Text("updated_by", records, r => r.UpdatedBy));
    }

    private static EvaluationRecord Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5))
    {
        Outputs = TextOf(row, 6),
        Expectations = TextOf(row, 7),
        Tags = row.GetString(8),
        SourceType = TextOf(row, 9),
        SourceData = TextOf(row, 10),
        CreatedBy = TextOf(row, 11),
        UpdatedBy = TextOf(row, 12),
    };

    private static string? TextOf(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
