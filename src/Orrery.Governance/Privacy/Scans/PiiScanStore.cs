using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_pii_scan</c>.</summary>
internal static class PiiScanStore
{
    private const string InsertSql = """
        insert into gov_pii_scan (tenant_id, scan_id, state, spec, job_id, report, created_by, created_at)
        values (@tenant, @id, @state, @spec, @job, @report, @by, @at)
        """;

    private const string FindSql = """
        select scan_id, state, spec, job_id, error_code, error, created_by, created_at, report
          from gov_pii_scan
         where tenant_id = @tenant and scan_id = @id
        """;

    private const string ListSql = """
        select scan_id, state, spec, job_id, error_code, error, created_by, created_at, null
          from gov_pii_scan
         where tenant_id = @tenant and scan_id < @before
         order by scan_id desc
         limit @limit
        """;

    private const string SucceededSql = """
        select scan_id, state, spec, job_id, error_code, error, created_by, created_at, report
          from gov_pii_scan
         where tenant_id = @tenant and state = 'succeeded' and report is not null
         order by scan_id desc
         limit @limit
        """;

    private const string EndSql = """
        update gov_pii_scan
           set state = @state, report = @report, error_code = @code, error = @error
         where tenant_id = @tenant and scan_id = @id and state = 'running'
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, PiiScanRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("state", row.State)
            .Set("spec", JsonSerializer.Serialize(row.Spec, OrreryJson.TypeOf<PiiScanSpec>())).Set("job", row.JobId).Set("report", Report(row)).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<PiiScanRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<PiiScanRow>> ListAsync(DbSession session, WorkspaceId workspace, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those that found something out, newest first, with what they found.</summary>
    public static async ValueTask<List<PiiScanRow>> SucceededAsync(DbSession session, WorkspaceId workspace, int limit)
    {
        using var sql = session.Sql(SucceededSql).Set("tenant", workspace.Value).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Writes how one ended; one that has ended stays as it is.</summary>
    public static async ValueTask EndAsync(DbSession session, WorkspaceId workspace, PiiScanRow row)
    {
        using var sql = session.Sql(EndSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("state", row.State).Set("report", Report(row)).Set("code", row.ErrorCode).Set("error", row.Error);
        await sql.ExecuteAsync();
    }

    private static string? Report(PiiScanRow row) => row.Report is { } report ? JsonSerializer.Serialize(report, OrreryJson.TypeOf<PiiReport>()) : null;

    private static PiiScanRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        State = row.GetString(1),
        Spec = JsonSerializer.Deserialize(row.GetString(2), OrreryJson.TypeOf<PiiScanSpec>())!,
        JobId = row.IsDBNull(3) ? null : row.GetString(3),
        ErrorCode = row.IsDBNull(4) ? null : row.GetString(4),
        Error = row.IsDBNull(5) ? null : row.GetString(5),
        CreatedBy = row.GetString(6),
        CreatedAt = row.GetInt64(7),
        Report = row.IsDBNull(8) ? null : JsonSerializer.Deserialize(row.GetString(8), OrreryJson.TypeOf<PiiReport>()),
    };
}
