using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_migration</c> and its steps.</summary>
internal static class MigrationStore
{
    private const string Columns = "migration_id, model, version, environment, document, ended, started_by, started_at";

    private const string InsertSql = """
        insert into dlv_migration (tenant_id, migration_id, model, version, environment, document, ended, started_by, started_at)
        values (@tenant, @id, @model, @version, @environment, @document, 0, @by, @at)
        """;

    private const string FindSql = $"select {Columns} from dlv_migration where tenant_id = @tenant and migration_id = @id";

    private const string LockSql = FindSql + "\n {for update}";

    private const string ListSql = $"""
        select {Columns}
          from dlv_migration
         where tenant_id = @tenant and migration_id < @before
           and (@model is null or model = @model)
         order by migration_id desc
         limit @limit
        """;

    private const string VersionSql = "update dlv_migration set version = @version where tenant_id = @tenant and migration_id = @id";

    private const string ReopenSql = "delete from dlv_migration_step where tenant_id = @tenant and migration_id = @id and number >= @first";

    private const string CountSql = """
        update dlv_migration
           set ended = (
               select count(*)
                 from dlv_migration_step s
                where s.tenant_id = @tenant and s.migration_id = @id and s.state in ('done', 'skipped'))
         where tenant_id = @tenant and migration_id = @id
        """;

    private const string PutStepSql = """
        insert into dlv_migration_step (tenant_id, migration_id, number, state, note, evidence, changed_by, changed_at)
        values (@tenant, @id, @number, @state, @note, @evidence, @by, @at)
            on conflict (tenant_id, migration_id, number) do update
           set state = excluded.state, note = excluded.note, evidence = excluded.evidence, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """;

    private const string StepsSql = """
        select number, state, note, evidence, changed_by, changed_at
          from dlv_migration_step
         where tenant_id = @tenant and migration_id = @id
         order by number
        """;

    private const string DeleteStepsSql = "delete from dlv_migration_step where tenant_id = @tenant and migration_id = @id";

    private const string DeleteComparisonsSql = "delete from dlv_migration_comparison where tenant_id = @tenant and migration_id = @id";

    private const string DeleteSql = "delete from dlv_migration where tenant_id = @tenant and migration_id = @id";

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, MigrationRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("model", row.Model).Set("version", row.Version).Set("environment", row.Environment)
            .Set("document", JsonSerializer.Serialize(row.Asked, OrreryJson.TypeOf<StartModelMigration>())).Set("by", row.StartedBy).Set("at", (long?)row.StartedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<MigrationRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<MigrationRow?> LockAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(LockSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<MigrationRow>> ListAsync(DbSession session, WorkspaceId workspace, string? model, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("model", model).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Names another version; steps from one on are open again.</summary>
    public static async ValueTask SetVersionAsync(DbSession session, WorkspaceId workspace, string id, string version, int reopenFrom)
    {
        using var set = session.Sql(VersionSql).Set("tenant", workspace.Value).Set("id", id).Set("version", version);
        await set.ExecuteAsync();
        using var reopen = session.Sql(ReopenSql).Set("tenant", workspace.Value).Set("id", id).Set("first", (long?)reopenFrom);
        await reopen.ExecuteAsync();
        await CountAsync(session, workspace, id);
    }

    public static async ValueTask PutStepAsync(DbSession session, WorkspaceId workspace, string id, MigrationStepRow step)
    {
        using var sql = session.Sql(PutStepSql).Set("tenant", workspace.Value).Set("id", id).Set("number", (long?)step.Number).Set("state", step.State).Set("note", step.Note)
            .Set("evidence", JsonSerializer.Serialize(step.Evidence, ChecklistJson.Default.IReadOnlyListMigrationEvidence)).Set("by", step.ChangedBy).Set("at", (long?)step.ChangedAt);
        await sql.ExecuteAsync();
        await CountAsync(session, workspace, id);
    }

    public static async ValueTask<List<MigrationStepRow>> StepsAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(StepsSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.ListAsync(static row => new MigrationStepRow(
            (int)row.GetInt64(0), row.GetString(1), Text(row, 2), JsonSerializer.Deserialize(row.GetString(3), ChecklistJson.Default.IReadOnlyListMigrationEvidence)!, row.GetString(4), row.GetInt64(5)));
    }

    /// <summary>False when there is none.</summary>
    public static async ValueTask<bool> DeleteAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var comparisons = session.Sql(DeleteComparisonsSql).Set("tenant", workspace.Value).Set("id", id);
        await comparisons.ExecuteAsync();
        using var steps = session.Sql(DeleteStepsSql).Set("tenant", workspace.Value).Set("id", id);
        await steps.ExecuteAsync();
        using var sql = session.Sql(DeleteSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.ExecuteAsync() == 1;
    }

    private static async ValueTask CountAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(CountSql).Set("tenant", workspace.Value).Set("id", id);
        await sql.ExecuteAsync();
    }

    private static MigrationRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), Text(row, 2), row.GetString(3), JsonSerializer.Deserialize(row.GetString(4), OrreryJson.TypeOf<StartModelMigration>())!,
        (int)row.GetInt64(5), row.GetString(6), row.GetInt64(7));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
