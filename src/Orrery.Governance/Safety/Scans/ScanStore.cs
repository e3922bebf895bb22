using System.Data.Common;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_scan</c> and <c>gov_scan_accepted</c>.</summary>
internal static class ScanStore
{
    private const string Columns = "scan_id, sha256, rules, model, version, document, created_by, created_at";

    private const string InsertSql = """
        insert into gov_scan (tenant_id, scan_id, sha256, rules, model, version, document, created_by, created_at)
        values (@tenant, @scan, @sha256, @rules, @model, @version, @document, @by, @at)
            on conflict do nothing
        """;

    private const string FindSql = $"select {Columns} from gov_scan where tenant_id = @tenant and scan_id = @scan";

    private const string FindPackageSql = $"select {Columns} from gov_scan where tenant_id = @tenant and sha256 = @sha256 and rules = @rules";

    private const string ListSql = $"""
        select {Columns}
          from gov_scan
         where tenant_id = @tenant and scan_id < @before
           and (@sha256 is null or sha256 = @sha256)
           and (@model is null or model = @model)
         order by scan_id desc
         limit @limit
        """;

    private const string AcceptSql = """
        insert into gov_scan_accepted (tenant_id, sha256, fingerprint, reason, until, created_by, created_at)
        values (@tenant, @sha256, @fingerprint, @reason, @until, @by, @at)
            on conflict (tenant_id, sha256, fingerprint) do update
           set reason = excluded.reason, until = excluded.until, created_by = excluded.created_by, created_at = excluded.created_at
        """;

    private const string AcceptedSql = """
        select sha256, fingerprint, reason, until, created_by
          from gov_scan_accepted
         where tenant_id = @tenant and sha256 {in packages}
         order by sha256, fingerprint
        """;

    /// <summary>False when these files were scanned under these rules before.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, ScanRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("scan", row.Id).Set("sha256", row.Sha256).Set("rules", row.Rules).Set("model", row.Model)
            .Set("version", (long?)row.Version).Set("document", JsonSerializer.Serialize(row.Document, ScanJson.Default.ScanDocument)).Set("by", row.CreatedBy).Set("at", (long?)row.CreatedAt);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask<ScanRow?> FindAsync(DbSession session, WorkspaceId workspace, string scan)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("scan", scan);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<ScanRow?> FindAsync(DbSession session, WorkspaceId workspace, string sha256, string rules)
    {
        using var sql = session.Sql(FindPackageSql).Set("tenant", workspace.Value).Set("sha256", sha256).Set("rules", rules);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<ScanRow>> ListAsync(DbSession session, WorkspaceId workspace, string? sha256, string? model, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("sha256", sha256).Set("model", model).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    public static async ValueTask AcceptAsync(DbSession session, WorkspaceId workspace, string sha256, AcceptedFinding accepted, long at)
    {
        using var sql = session.Sql(AcceptSql).Set("tenant", workspace.Value).Set("sha256", sha256).Set("fingerprint", accepted.Fingerprint).Set("reason", accepted.Reason)
            .Set("until", accepted.Until).Set("by", accepted.By).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }

    /// <summary>What is accepted of packages.</summary>
    public static async ValueTask<ILookup<string, AcceptedFinding>> AcceptedAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> packages)
    {
        using var sql = session.Sql(AcceptedSql).Set("tenant", workspace.Value).SetList("packages", packages);
        var found = await sql.ListAsync(static row => (
            Package: row.GetString(0), Accepted: new AcceptedFinding(row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetString(4))));
        return found.ToLookup(static one => one.Package, static one => one.Accepted);
    }

    private static ScanRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
        JsonSerializer.Deserialize(row.GetString(5), ScanJson.Default.ScanDocument)!, row.GetString(6), row.GetInt64(7));
}
