using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_evaluation_gate</c>.</summary>
internal static class GateStore
{
    private const string FindSql = """
        select gates, max_age_days, min_rows, sources, pinned, set_by, set_at
          from gov_evaluation_gate
         where tenant_id = @tenant and model_id = @model
        """;

    private const string PutSql = """
        insert into gov_evaluation_gate (tenant_id, model_id, gates, max_age_days, min_rows, sources, pinned, set_by, set_at)
        values (@tenant, @model, @gates, @days, @rows, @sources, @pinned, @by, @at)
            on conflict (tenant_id, model_id) do update
               set gates = excluded.gates, max_age_days = excluded.max_age_days, min_rows = excluded.min_rows, sources = excluded.sources, pinned = excluded.pinned,
                   set_by = excluded.set_by, set_at = excluded.set_at
        """;

    private const string RemoveSql = "delete from gov_evaluation_gate where tenant_id = @tenant and model_id = @model";

    public static async ValueTask<GateRow?> FindAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("model", model);
        return await sql.FindAsync(static row => new GateRow(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4),
            row.GetString(5), row.GetInt64(6)));
    }

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, string model, GateRow row)
    {
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("model", model).Set("gates", row.Gates).Set("days", row.MaxAgeDays).Set("rows", row.MinRows)
            .Set("sources", row.Sources).Set("pinned", row.Pinned).Set("by", row.SetBy).Set("at", (long?)row.SetAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var sql = session.Sql(RemoveSql).Set("tenant", workspace.Value).Set("model", model);
        await sql.ExecuteAsync();
    }
}
