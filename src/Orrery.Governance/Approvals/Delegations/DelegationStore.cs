using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>That somebody lets another decide in a role of theirs. Times are Unix milliseconds.</summary>
internal sealed record DelegationRow(
    string Id, string Role, string FromId, string FromName, string ToId, string ToName, long StartsAt, long EndsAt, string? Reason, long? RevokedAt);

/// <summary>SQL of <c>gov_approval_delegation</c>.</summary>
internal static class DelegationStore
{
    private const string Columns = "delegation_id, role, from_id, from_name, to_id, to_name, starts_at, ends_at, reason, revoked_at";

    private const string InsertSql = """
        insert into gov_approval_delegation (tenant_id, delegation_id, role, from_id, from_name, to_id, to_name, starts_at, ends_at, reason, revoked_at)
        values (@tenant, @id, @role, @from, @from_name, @to, @to_name, @starts, @ends, @reason, null)
        """;

    private const string RevokeSql = """
        update gov_approval_delegation
           set revoked_at = @at
         where tenant_id = @tenant and delegation_id = @id and revoked_at is null
        """;

    private const string FindSql = $"select {Columns} from gov_approval_delegation where tenant_id = @tenant and delegation_id = @id";

    private const string ListSql = $"""
        select {Columns}
          from gov_approval_delegation
         where tenant_id = @tenant and delegation_id < @before
         order by delegation_id desc
         limit @limit
        """;

    private const string ToSql = $"""
        select {Columns}
          from gov_approval_delegation
         where tenant_id = @tenant and to_id = @to and ends_at > @now and starts_at <= @now and revoked_at is null
         order by delegation_id
         limit @limit
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, DelegationRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("role", row.Role).Set("from", row.FromId).Set("from_name", row.FromName)
            .Set("to", row.ToId).Set("to_name", row.ToName).Set("starts", (long?)row.StartsAt).Set("ends", (long?)row.EndsAt).Set("reason", row.Reason);
        await sql.ExecuteAsync();
    }

    /// <summary>Takes one back; false when it was.</summary>
    public static async ValueTask<bool> RevokeAsync(DbSession session, WorkspaceId workspace, string id, long at)
    {
        using var sql = session.Sql(RevokeSql).Set("tenant", workspace.Value).Set("id", id).Set("at", (long?)at);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask<DelegationRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    /// <summary>Newest first, before an id.</summary>
    public static async ValueTask<List<DelegationRow>> ListAsync(DbSession session, WorkspaceId workspace, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those to somebody that hold at a time.</summary>
    public static async ValueTask<List<DelegationRow>> ToAsync(DbSession session, WorkspaceId workspace, string to, long now, int limit)
    {
        using var sql = session.Sql(ToSql).Set("tenant", workspace.Value).Set("to", to).Set("now", (long?)now).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    private static DelegationRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt64(6), row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetInt64(9));
}
