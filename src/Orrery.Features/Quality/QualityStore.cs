using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_quality</c> and <c>fts_quarantine</c>.</summary>
internal static class QualityStore
{
    private const string InsertSql = """
        insert into fts_quality (tenant_id, check_id, project, view, source, outcome, document, checked_at)
        values (@tenant, @id, @project, @view, @source, @outcome, @document, @now)
        """;

    private const string ReplaceSql = "update fts_quality set document = @document where tenant_id = @tenant and check_id = @id";

    private const string FindSql = "select document from fts_quality where tenant_id = @tenant and check_id = @id and project = @project";

    private const string ListSql = """
        select document
        from fts_quality
        where tenant_id = @tenant and project = @project and check_id < @before and (@view is null or view = @view) and (@source is null or source = @source)
        order by check_id desc
        limit @limit
        """;

    private const string QuarantineSql = """
        insert into fts_quarantine (tenant_id, check_id, position, project, source, broke, row_json, quarantined_at)
        select @tenant, @id, rows.position, @project, @source, rows.broke, rows.row_json, @now
        from {rows}
        """;

    private const string ListQuarantineSql = """
        select check_id, source, broke, row_json, quarantined_at, position
        from fts_quarantine
        where tenant_id = @tenant and project = @project and (check_id < @before or (check_id = @before and position > @position))
        order by check_id desc, position
        limit @limit
        """;

    private const string ClearSql = "delete from fts_quarantine where tenant_id = @tenant and project = @project and (@check is null or check_id = @check)";

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, QualityReport report)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", report.Id).Set("project", report.Project).Set("view", report.View)
            .Set("source", report.Source).Set("outcome", report.Outcome).Set("document", JsonSerializer.Serialize(report, OrreryJson.TypeOf<QualityReport>()))
            .Set("now", (long?)report.CheckedAt);
        await sql.ExecuteAsync();
    }

    /// <summary>Writes a report anew, without what it must not tell any more.</summary>
    public static async ValueTask ReplaceAsync(DbSession session, WorkspaceId workspace, QualityReport report)
    {
        using var sql = session.Sql(ReplaceSql).Set("document", JsonSerializer.Serialize(report, OrreryJson.TypeOf<QualityReport>())).Set("tenant", workspace.Value).Set("id", report.Id);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<QualityReport?> FindAsync(DbSession session, WorkspaceId workspace, string project, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id).Set("project", project);
        return await sql.FindAsync(static row => Read(row.GetString(0)));
    }

    /// <summary>Reports, newest first, before an id.</summary>
    public static async ValueTask<List<QualityReport>> ListAsync(
        DbSession session, WorkspaceId workspace, string project, string? view, string? source, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("project", project).Set("before", before).Set("view", view).Set("source", source)
            .Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row.GetString(0)));
    }

    /// <summary>Sets rows aside: what each broke, and the row.</summary>
    public static async ValueTask QuarantineAsync(DbSession session, WorkspaceId workspace, QualityReport report, IReadOnlyList<(string[] Broke, string Row)> rows)
    {
        using var sql = session.Sql(QuarantineSql).Set("tenant", workspace.Value).Set("id", report.Id).Set("project", report.Project)
            .Set("source", report.Source).Set("now", (long?)report.CheckedAt);
        await sql.ExecuteRowsAsync(new SqlRows(rows.Count)
            .Whole("position", [.. Enumerable.Range(0, rows.Count).Select(static at => (long)at)])
            .Text("broke", rows, static row => JsonSerializer.Serialize(row.Broke, QualityJson.Default.IReadOnlyListString))
            .Text("row_json", rows, static row => row.Row));
    }

    /// <summary>Rows set aside, of the newest check first, after a place.</summary>
    public static async ValueTask<List<(QuarantinedRow Row, long Position)>> ListQuarantineAsync(
        DbSession session, WorkspaceId workspace, string project, string before, long position, int limit)
    {
        using var sql = session.Sql(ListQuarantineSql).Set("tenant", workspace.Value).Set("project", project).Set("before", before).Set("position", (long?)position)
            .Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new QuarantinedRow
        {
            CheckId = row.GetString(0),
            Source = row.GetString(1),
            Broke = JsonSerializer.Deserialize(row.GetString(2), QualityJson.Default.IReadOnlyListString)!,
            Row = row.GetString(3),
            QuarantinedAt = row.GetInt64(4),
        }, row.GetInt64(5)));
    }

    /// <summary>Deletes rows that were set aside, of one check or of all.</summary>
    public static async ValueTask<long> ClearAsync(DbSession session, WorkspaceId workspace, string project, string? check)
    {
        using var sql = session.Sql(ClearSql).Set("tenant", workspace.Value).Set("project", project).Set("check", check);
        return await sql.ExecuteAsync();
    }

    private static QualityReport Read(string json) => JsonSerializer.Deserialize(json, OrreryJson.TypeOf<QualityReport>())!;
}
