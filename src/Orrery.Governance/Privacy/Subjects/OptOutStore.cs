using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_opt_out</c> and <c>gov_opt_out_version</c>.</summary>
internal static class OptOutStore
{
    private const string Columns = "subject, purpose, join_keys, reason, created_by, created_at";

    private const string InsertSql = """
        insert into gov_opt_out (tenant_id, subject, purpose, forms, join_keys, reason, created_by, created_at)
        select @tenant, rows.subject, rows.purpose, rows.forms, rows.join_keys, rows.reason, @by, @at
          from {rows}
         where true
            on conflict (tenant_id, subject, purpose) do nothing
        """;

    private const string DeleteSql = "delete from gov_opt_out where tenant_id = @tenant and (subject = @subject or forms like @form) and (@purpose is null or purpose = @purpose)";

    private const string RaiseSql = """
        insert into gov_opt_out_version (tenant_id, version)
        values (@tenant, 1)
            on conflict (tenant_id) do update
           set version = gov_opt_out_version.version + 1
        """;

    private const string VersionsSql = "select tenant_id, version from gov_opt_out_version order by tenant_id";

    private const string VersionSql = "select version from gov_opt_out_version where tenant_id = @tenant";

    private const string PageSql = $"""
        select {Columns}
          from gov_opt_out
         where tenant_id = @tenant and (subject > @after or (subject = @after and purpose > @purpose))
           and (@subject is null or subject = @subject or forms like @form)
         order by subject, purpose
         limit @limit
        """;

    private const string CodesSql = """
        select subject, purpose, join_keys, forms
          from gov_opt_out
         where tenant_id = @tenant
         order by subject, purpose
        """;

    /// <summary>Writes those that are not there yet.</summary>
    /// <returns>How many that were.</returns>
    public static async ValueTask<long> InsertAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<OptOutRow> rows, string by, long at)
    {
        var values = new SqlRows(rows.Count).Text("subject", rows, static row => row.Subject).Text("purpose", rows, static row => row.Purpose)
            .Text("forms", rows, static row => string.Join(',', row.Forms)).Text("join_keys", rows, static row => row.JoinKeys).Text("reason", rows, static row => row.Reason);
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("by", by).Set("at", (long?)at);
        return await sql.ExecuteRowsAsync(values);
    }

    /// <summary>Takes opt-outs back; null for those of all purposes.</summary>
    public static async ValueTask<long> DeleteAsync(DbSession session, WorkspaceId workspace, string subject, string? purpose)
    {
        using var sql = session.Sql(DeleteSql).Set("tenant", workspace.Value).Set("subject", subject).Set("form", $"%{subject}%").Set("purpose", purpose);
        return await sql.ExecuteAsync();
    }

    /// <summary>Says that something has changed.</summary>
    public static async ValueTask RaiseAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(RaiseSql).Set("tenant", workspace.Value);
        await sql.ExecuteAsync();
    }

    /// <summary>How often each workspace's have changed.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, long Version)>> VersionsAsync(DbSession session)
    {
        using var sql = session.Sql(VersionsSql);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetInt64(1)));
    }

    /// <summary>How often a workspace's have changed.</summary>
    public static async ValueTask<long> VersionAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(VersionSql).Set("tenant", workspace.Value);
        return (await sql.ListAsync(static row => row.GetInt64(0))).FirstOrDefault();
    }

    public static async ValueTask<List<OptOutRow>> ListAsync(DbSession session, WorkspaceId workspace, string? subject, string after, string purpose, int limit)
    {
        using var sql = session.Sql(PageSql).Set("tenant", workspace.Value).Set("after", after).Set("purpose", purpose).Set("subject", subject).Set("form", $"%{subject}%").Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>All of a workspace, for memory, in each of their forms.</summary>
    public static async ValueTask<List<(string Subject, string Purpose, string JoinKeys)>> CodesAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(CodesSql).Set("tenant", workspace.Value);
        var rows = await sql.ListAsync(static row => (Subject: row.GetString(0), Purpose: row.GetString(1), JoinKeys: row.GetString(2), Forms: row.GetString(3)));
        return
        [
            .. rows.SelectMany(static row => row.Forms.Split(',', StringSplitOptions.RemoveEmptyEntries).Prepend(row.Subject).Select(form => (form, row.Purpose, row.JoinKeys))),
        ];
    }

    private static OptOutRow Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetInt64(5));
}
