using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL of <c>srv_label</c> and <c>srv_label_change</c>.</summary>
internal static class LabelStore
{
    private const string FindSql = """
        select prediction_id, row_index, label, at
          from srv_label
         where tenant_id = @tenant and prediction_id {in ids}
         order by prediction_id, row_index
        """;

    private const string PutSql = """
        insert into srv_label (tenant_id, prediction_id, row_index, label, at, created_by, created_at)
        select @tenant, rows.prediction_id, rows.row_index, rows.label, rows.at, @by, @now
          from {rows}
         where true
            on conflict (tenant_id, prediction_id, row_index) do update
               set label = excluded.label, at = excluded.at, created_by = excluded.created_by, created_at = excluded.created_at
        """;

    private const string KeepSql = """
        insert into srv_label_change (tenant_id, prediction_id, row_index, replaced_at, label, at, created_by, created_at)
        select l.tenant_id, l.prediction_id, l.row_index, @now, l.label, l.at, l.created_by, l.created_at
          from {rows}
          join srv_label l on l.tenant_id = @tenant and l.prediction_id = rows.prediction_id and l.row_index = rows.row_index
         where true
            on conflict (tenant_id, prediction_id, row_index, replaced_at) do nothing
        """;

    /// <summary>The labels of predictions.</summary>
    public static async ValueTask<List<LabelRow>> FindAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).SetList("ids", ids);
        return await sql.ListAsync(static row => new LabelRow(row.GetString(0), (int)row.GetInt64(1), row.GetString(2), row.GetInt64(3)));
    }

    /// <summary>Writes labels, over those that are there.</summary>
    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<LabelRow> labels, string by, long now)
    {
        var rows = new SqlRows(labels.Count).Text("prediction_id", labels, static label => label.PredictionId).Whole("row_index", labels, static label => label.Row)
            .Text("label", labels, static label => label.Label).Whole("at", labels, label => label.At ?? now);
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("by", by).Set("now", (long?)now);
        await sql.ExecuteRowsAsync(rows);
    }

    /// <summary>Keeps the labels that are about to be replaced.</summary>
    public static async ValueTask KeepAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<LabelRow> labels, long now)
    {
        var rows = new SqlRows(labels.Count).Text("prediction_id", labels, static label => label.PredictionId).Whole("row_index", labels, static label => label.Row);
        using var sql = session.Sql(KeepSql).Set("tenant", workspace.Value).Set("now", (long?)now);
        await sql.ExecuteRowsAsync(rows);
    }
}
