using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_erasure</c>.</summary>
internal static class SubjectErasureStore
{
    private const string Columns = "erasure_id, state, subject, sealed, job_id, receipt, steps, error, created_by, created_at";

    private const string InsertSql = """
        insert into gov_erasure (tenant_id, erasure_id, state, subject, sealed, job_id, receipt, steps, created_by, created_at)
        values (@tenant, @id, @state, @subject, @sealed, @job, @receipt, @steps, @by, @at)
        """;

    private const string UpdateSql = """
        update gov_erasure
           set state = @state, sealed = @sealed, receipt = @receipt, steps = @steps, error = @error
         where tenant_id = @tenant and erasure_id = @id and state = 'running'
        """;

    private const string FindSql = $"select {Columns} from gov_erasure where tenant_id = @tenant and erasure_id = @id";

    private const string ListSql = $"""
        select {Columns}
          from gov_erasure
         where tenant_id = @tenant and erasure_id < @before
         order by erasure_id desc
         limit @limit
        """;

    private const string RunningSql = $"select {Columns}, tenant_id from gov_erasure where state = 'running' order by tenant_id, erasure_id limit 1000";

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, ErasureRow row)
    {
        using var sql = Set(session.Sql(InsertSql), workspace, row).Set("subject", row.Subject).Set("job", row.JobId).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        await sql.ExecuteAsync();
    }

    /// <summary>Writes how far one has come; one that has ended stays as it is.</summary>
    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, ErasureRow row)
    {
        using var sql = Set(session.Sql(UpdateSql), workspace, row).Set("error", row.Error);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<ErasureRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<ErasureRow>> ListAsync(DbSession session, WorkspaceId workspace, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those of all workspaces that have not ended.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, ErasureRow Row)>> RunningAsync(DbSession session)
    {
        using var sql = session.Sql(RunningSql);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(10)), Read(row)));
    }

    private static DbStatement Set(DbStatement sql, WorkspaceId workspace, ErasureRow row) => sql.Set("tenant", workspace.Value).Set("id", row.Id).Set("state", row.State)
        .Set("sealed", row.Sealed).Set("receipt", JsonSerializer.Serialize(row.Receipt, OrreryJson.TypeOf<SubjectReceipt>()))
        .Set("steps", JsonSerializer.Serialize(row.Steps, PrivacyJson.Default.IReadOnlyListString));

    private static ErasureRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        State = row.GetString(1),
        Subject = row.GetString(2),
        Sealed = row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
        JobId = row.GetString(4),
        Receipt = JsonSerializer.Deserialize(row.GetString(5), OrreryJson.TypeOf<SubjectReceipt>())!,
        Steps = JsonSerializer.Deserialize(row.GetString(6), PrivacyJson.Default.IReadOnlyListString)!,
        Error = row.IsDBNull(7) ? null : row.GetString(7),
        CreatedBy = row.GetString(8),
        CreatedAt = row.GetInt64(9),
    };
}
