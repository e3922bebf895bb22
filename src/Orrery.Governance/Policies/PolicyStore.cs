using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_policy</c>.</summary>
internal static class PolicyStore
{
    private const string Columns = "name, revision, enabled, pack, sha256, body, note, changed_by, changed_at";

    private const string StandingSql = $"""
        select {Columns}
          from gov_policy standing
         where tenant_id = @tenant
           and (@name is null or name = @name)
           and revision = (
                   select max(revision)
                     from gov_policy newest
                    where newest.tenant_id = standing.tenant_id
                      and newest.name = standing.name)
         order by name
        """;

    private const string RevisionsSql = $"""
        select {Columns}
          from gov_policy
         where tenant_id = @tenant
           and name = @name
           and revision < @before
         order by revision desc
         limit @limit
        """;

    private const string AddSql = """
        insert into gov_policy (tenant_id, name, revision, enabled, pack, sha256, body, note, changed_by, changed_at)
        values (@tenant, @name, @revision, @enabled, @pack, @sha256, @body, @note, @by, @at)
            on conflict (tenant_id, name, revision) do nothing
        """;

    /// <summary>The newest revision of each policy, or of one; by name.</summary>
    public static async ValueTask<List<PolicyRow>> StandingAsync(DbSession session, WorkspaceId workspace, string? name)
    {
        using var sql = session.Sql(StandingSql).Set("tenant", workspace.Value).Set("name", name);
        return await sql.ListAsync(Read);
    }

    /// <summary>Revisions of a policy below a number, newest first.</summary>
    public static async ValueTask<List<PolicyRow>> RevisionsAsync(DbSession session, WorkspaceId workspace, string name, long before, int limit)
    {
        using var sql = session.Sql(RevisionsSql).Set("tenant", workspace.Value).Set("name", name).Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Adds a revision; false when somebody else was faster with the same number.</summary>
    public static async ValueTask<bool> AddAsync(DbSession session, WorkspaceId workspace, PolicyRow row)
    {
        using var sql = session.Sql(AddSql).Set("tenant", workspace.Value).Set("name", row.Name).Set("revision", (long?)row.Revision).Set("enabled", row.IsEnabled ? 1L : 0L)
            .Set("pack", row.Pack).Set("sha256", row.Sha256).Set("body", row.Body).Set("note", row.Note).Set("by", row.ChangedBy).Set("at", (long?)row.ChangedAt);
        return await sql.ExecuteAsync() > 0;
    }

    private static PolicyRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetInt64(2) != 0, row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6),
        row.GetString(7), row.GetInt64(8));
}
