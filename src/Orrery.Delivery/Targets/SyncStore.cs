using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_target_sync</c> and <c>dlv_violation</c>.</summary>
internal static class SyncStore
{
    private const string PutSql = """
        insert into dlv_target_sync (tenant_id, environment, head, checked_at, problem, state, items)
        values (@tenant, @environment, @head, @at, @problem, @state, @items)
            on conflict (tenant_id, environment) do update
           set head = excluded.head, checked_at = excluded.checked_at, problem = excluded.problem, state = excluded.state, items = excluded.items
        """;

    private const string FindSql = """
        select head, checked_at, problem, state, items
          from dlv_target_sync
         where tenant_id = @tenant and environment = @environment
        """;

    private const string CountSql = """
        select environment, state, count(*)
          from dlv_target_sync
         group by environment, state
         order by environment, state
        """;

    private const string DeleteSql = "delete from dlv_target_sync where tenant_id = @tenant and environment = @environment";

    private const string ViolationSql = """
        insert into dlv_violation (tenant_id, environment, commit_id, path, violation_id, name, author, reasons, found_at)
        values (@tenant, @environment, @commit, @path, @violation, @name, @author, @reasons, @at)
            on conflict do nothing
        """;

    private const string ViolationsSql = """
        select violation_id, environment, name, commit_id, path, author, reasons, found_at
          from dlv_violation
         where tenant_id = @tenant and environment = @environment
         order by found_at desc, violation_id desc
         limit 100
        """;

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, TargetDrift drift)
    {
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("environment", drift.Environment).Set("head", drift.Head).Set("at", drift.CheckedAt)
            .Set("problem", drift.Problem).Set("state", drift.State).Set("items", JsonSerializer.Serialize(drift.Items.ToList(), TargetJson.Default.ListTargetDriftItem));
        await sql.ExecuteAsync();
    }

    public static async ValueTask<TargetDrift?> FindAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.FindAsync(row => new TargetDrift
        {
            Environment = environment,
            Head = Text(row, 0),
            CheckedAt = row.GetInt64(1),
            Problem = Text(row, 2),
            State = row.GetString(3),
            Items = JsonSerializer.Deserialize(row.GetString(4), TargetJson.Default.ListTargetDriftItem)!,
        });
    }

    /// <summary>How many targets of an environment stand how, in all workspaces.</summary>
    public static async ValueTask<List<(string Environment, string State, long Count)>> CountAsync(DbSession session)
    {
        using var sql = session.Sql(CountSql);
        return await sql.ListAsync(static row => (row.GetString(0), row.GetString(1), row.GetInt64(2)));
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(DeleteSql).Set("tenant", workspace.Value).Set("environment", environment);
        await sql.ExecuteAsync();
    }

    /// <summary>False when this commit was found before.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, TargetViolation violation)
    {
        using var sql = session.Sql(ViolationSql).Set("tenant", workspace.Value).Set("environment", violation.Environment).Set("commit", violation.Commit).Set("path", violation.Path)
            .Set("violation", violation.Id).Set("name", violation.Name).Set("author", violation.Author)
            .Set("reasons", JsonSerializer.Serialize(violation.Reasons.ToList(), TargetJson.Default.ListString)).Set("at", (long?)violation.FoundAt);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask<List<TargetViolation>> ViolationsAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(ViolationsSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.ListAsync(static row => new TargetViolation
        {
            Id = row.GetString(0),
            Environment = row.GetString(1),
            Name = row.GetString(2),
            Commit = row.GetString(3),
            Path = row.GetString(4),
            Author = Text(row, 5),
            Reasons = JsonSerializer.Deserialize(row.GetString(6), TargetJson.Default.ListString)!,
            FoundAt = row.GetInt64(7),
        });
    }

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
