using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_approval_end</c> and <c>gov_approval_end_version</c>. Numbers are given under a lock, so that who has read up to one has missed none.</summary>
internal static class ApprovalEndStore
{
    private const string NextSql = """
        insert into gov_approval_end_version (tenant_id, sequence)
        values (@tenant, 1)
            on conflict (tenant_id) do update
           set sequence = gov_approval_end_version.sequence + 1
        """;

    private const string AddSql = """
        insert into gov_approval_end (tenant_id, sequence, approval_id, ended_at, reason, stops_traffic)
        select @tenant, sequence, @id, @at, @reason, @stops
          from gov_approval_end_version
         where tenant_id = @tenant
        """;

    private const string LastSql = "select tenant_id, sequence from gov_approval_end_version order by tenant_id";

    private const string SinceSql = """
        select sequence, approval_id, ended_at, reason, stops_traffic
          from gov_approval_end
         where tenant_id = @tenant and sequence > @after and sequence <= @last
           and (stops_traffic = 1 or ended_at >= @since)
         order by sequence
         limit @limit
        """;

    public static async ValueTask AddAsync(DbSession session, WorkspaceId workspace, string approval, long at, string reason, bool stopsTraffic)
    {
        using (var next = session.Sql(NextSql).Set("tenant", workspace.Value))
            await next.ExecuteAsync();
        using var sql = session.Sql(AddSql).Set("tenant", workspace.Value).Set("id", approval).Set("at", (long?)at).Set("reason", reason).Set("stops", (long?)(stopsTraffic ? 1 : 0));
        await sql.ExecuteAsync();
    }

    /// <summary>The last number of each workspace.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, long Sequence)>> LastAsync(DbSession session)
    {
        using var sql = session.Sql(LastSql);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetInt64(1)));
    }

    /// <summary>Those after a number, up to another, in order: all that stopped traffic, and of the others those since a time.</summary>
    public static async ValueTask<List<(long Sequence, string Approval, ApprovalEnd End)>> SinceAsync(DbSession session, WorkspaceId workspace, long after, long last, long since, int limit)
    {
        using var sql = session.Sql(SinceSql).Set("tenant", workspace.Value).Set("after", (long?)after).Set("last", (long?)last).Set("since", (long?)since).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (row.GetInt64(0), row.GetString(1), new ApprovalEnd(row.GetInt64(2), row.GetString(3), row.GetInt64(4) != 0)));
    }
}
