using System.Data.Common;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_stage</c> and <c>dlv_log</c>.</summary>
internal static class StageStore
{
    private const string Columns = "number, name, state, started_at, ended_at, message, sha256, tries";

    private const string InsertSql = """
        insert into dlv_stage (tenant_id, delivery_id, number, name, state, tries)
        select @tenant, @id, rows.number, rows.name, 'pending', 0
          from {rows}
        """;

    private const string UpdateSql = """
        update dlv_stage
           set state = @state, started_at = @started, ended_at = @ended, message = @message, sha256 = @sha, tries = @tries
         where tenant_id = @tenant and delivery_id = @id and number = @number
        """;

    private const string ListSql = $"select {Columns} from dlv_stage where tenant_id = @tenant and delivery_id = @id order by number";

    private const string BetweenSql = """
        select s.number, s.name, s.state, s.started_at, s.ended_at, s.message, s.sha256, s.tries
          from dlv_stage s
          join dlv_delivery d on d.tenant_id = s.tenant_id and d.delivery_id = s.delivery_id
         where s.tenant_id = @tenant and d.requested_at >= @since and d.requested_at < @until and s.ended_at is not null
           and (@model is null or d.model = @model)
           and (@environment is null or d.environment = @environment)
         order by s.delivery_id, s.number
         limit @limit
        """;

    private const string ResetSql = """
        update dlv_stage
           set state = 'pending', started_at = null, ended_at = null, message = null, sha256 = null
         where tenant_id = @tenant and delivery_id = @id and number >= @from
        """;

    private const string LogSql = """
        insert into dlv_log (tenant_id, delivery_id, number, stage, at, level, text)
        select @tenant, @id, coalesce(max(number), 0) + 1, @stage, @at, @level, @line
          from dlv_log
         where tenant_id = @tenant and delivery_id = @id
        """;

    private const string LinesSql = """
        select number, stage, at, level, text
          from dlv_log
         where tenant_id = @tenant and delivery_id = @id and number > @after
         order by number
         limit @limit
        """;

    private const string NewestSql = """
        select number, stage, at, level, text
          from dlv_log
         where tenant_id = @tenant and delivery_id = @id
         order by number desc
         limit @limit
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", id);
        await sql.ExecuteRowsAsync(new SqlRows(StageNames.All.Count).Whole("number", [1, 2, 3, 4, 5, 6, 7, 8, 9]).Text("name", StageNames.All, static name => name));
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, string id, StageRow row)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", id).Set("number", (long?)row.Number).Set("state", row.State).Set("started", row.StartedAt)
            .Set("ended", row.EndedAt).Set("message", row.Message).Set("sha", row.Sha256).Set("tries", (long?)row.Tries);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<List<StageRow>> ListAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.ListAsync(Read);
    }

    /// <summary>The ended stages of deliveries that were asked for in a time.</summary>
    public static async ValueTask<List<StageRow>> BetweenAsync(DbSession session, WorkspaceId workspace, long since, long until, string? model, string? environment, int limit)
    {
        using var sql = session.Sql(BetweenSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("model", model).Set("environment", environment)
            .Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Has stages run again, from one on.</summary>
    public static async ValueTask ResetAsync(DbSession session, WorkspaceId workspace, string id, int from)
    {
        using var sql = session.Sql(ResetSql).Set("tenant", workspace.Value).Set("id", id).Set("from", (long?)from);
        await sql.ExecuteAsync();
    }

    public static async ValueTask LogAsync(DbSession session, WorkspaceId workspace, string id, string stage, long at, string level, string text)
    {
        using var sql = session.Sql(LogSql).Set("tenant", workspace.Value).Set("id", id).Set("stage", stage).Set("at", (long?)at).Set("level", level).Set("line", text);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<List<DeliveryLogLine>> LinesAsync(DbSession session, WorkspaceId workspace, string id, long after, int limit)
    {
        using var sql = session.Sql(LinesSql).Set("tenant", workspace.Value).Set("id", id).Set("after", (long?)after).Set("limit", (long?)limit);
        return await sql.ListAsync(Line);
    }

    /// <summary>The newest, newest first.</summary>
    public static async ValueTask<List<DeliveryLogLine>> NewestAsync(DbSession session, WorkspaceId workspace, string id, int limit)
    {
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value).Set("id", id).Set("limit", (long?)limit);
        return await sql.ListAsync(Line);
    }

    private static DeliveryLogLine Line(DbDataReader row) => new() { Number = row.GetInt64(0), Stage = row.GetString(1), At = row.GetInt64(2), Level = row.GetString(3), Text = row.GetString(4) };

    private static StageRow Read(DbDataReader row) => new(
        (int)row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt64(4),
        row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetInt64(7));
}
