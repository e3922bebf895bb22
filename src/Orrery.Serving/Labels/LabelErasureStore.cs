using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL that deletes labels of predictions, and those that they replaced.</summary>
internal static class LabelErasureStore
{
    private const string DeleteSql = """
        delete from srv_label
         where tenant_id = @tenant and exists (select 1 from {rows} where rows.prediction_id = srv_label.prediction_id and rows.row_index = srv_label.row_index)
        """;

    private const string DeleteChangesSql = """
        delete from srv_label_change
         where tenant_id = @tenant and exists (select 1 from {rows} where rows.prediction_id = srv_label_change.prediction_id and rows.row_index = srv_label_change.row_index)
        """;

    public static async ValueTask<long> DeleteAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<(string Id, long Row)> rows)
    {
        var deleted = 0L;
        foreach (var text in new[] { DeleteSql, DeleteChangesSql })
        {
            using var sql = session.Sql(text).Set("tenant", workspace.Value);
            deleted += await sql.ExecuteRowsAsync(new SqlRows(rows.Count).Text("prediction_id", rows, static row => row.Id).Whole("row_index", rows, static row => row.Row));
        }

        return deleted;
    }
}
