using System.Data.Common;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_compliance_report</c>.</summary>
internal static class ReportStore
{
    private const string InsertSql = """
        insert into gov_compliance_report (tenant_id, report_id, report_key, state, framework, document, job_id, created_at)
        values (@tenant, @id, @key, @state, @framework, @document, @job, @at)
            on conflict do nothing
        """;

    private const string UpdateSql = """
        update gov_compliance_report
           set state = @state, document = @document
         where tenant_id = @tenant and report_id = @id and state = 'running'
        """;

    private const string SetJobSql = """
        update gov_compliance_report
           set document = @document, job_id = @job
         where tenant_id = @tenant and report_id = @id
        """;

    private const string FindSql = "select document from gov_compliance_report where tenant_id = @tenant and report_id = @id";

    private const string FindKeySql = "select document from gov_compliance_report where tenant_id = @tenant and report_key = @key";

    private const string ListSql = """
        select document
          from gov_compliance_report
         where tenant_id = @tenant and report_id < @before
           and (@framework is null or framework = @framework)
         order by report_id desc
         limit @limit
        """;

    /// <summary>False when there is one with that key.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, ComplianceReport report)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", report.Id).Set("key", report.Key).Set("state", report.State).Set("framework", report.Framework)
            .Set("document", RegisterText.Write(report)).Set("job", report.JobId).Set("at", (long?)report.CreatedAt);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask SetJobAsync(DbSession session, WorkspaceId workspace, ComplianceReport report)
    {
        using var sql = session.Sql(SetJobSql).Set("tenant", workspace.Value).Set("id", report.Id).Set("document", RegisterText.Write(report)).Set("job", report.JobId);
        await sql.ExecuteAsync();
    }

    /// <summary>Ends one; one that has ended stays as it is.</summary>
    public static async ValueTask EndAsync(DbSession session, WorkspaceId workspace, ComplianceReport report)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", report.Id).Set("state", report.State).Set("document", RegisterText.Write(report));
        await sql.ExecuteAsync();
    }

    public static async ValueTask<ComplianceReport?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<ComplianceReport?> FindKeyAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindKeySql).Set("tenant", workspace.Value).Set("key", key);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<ComplianceReport>> ListAsync(DbSession session, WorkspaceId workspace, string? framework, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("framework", framework).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    private static ComplianceReport Read(DbDataReader row) => RegisterText.Read<ComplianceReport>(row.GetString(0));
}
