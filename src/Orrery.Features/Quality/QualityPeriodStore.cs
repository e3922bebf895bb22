using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Questions over a period of <c>fts_quality</c>.</summary>
internal static class QualityPeriodStore
{
    private const string CountsSql = """
        select outcome, count(*)
          from fts_quality
         where tenant_id = @tenant and checked_at >= @since and checked_at < @until
         group by outcome
         order by outcome
        """;

    private const string NewestSql = """
        select check_id, project, source, outcome, checked_at
          from fts_quality
         where tenant_id = @tenant and checked_at >= @since and checked_at < @until
         order by check_id desc
         limit @limit
        """;

    public static async ValueTask<QualityPeriod> ReadAsync(DbSession session, WorkspaceId workspace, long since, long until, int newest)
    {
        using var counts = session.Sql(CountsSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until);
        var outcomes = await counts.ListAsync(static row => (Outcome: row.GetString(0), Count: row.GetInt64(1)));
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("limit", (long?)newest);
        var last = await sql.ListAsync(static row => new QualityCheckMade(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4)));
        return new(outcomes.ToDictionary(static one => one.Outcome, static one => one.Count, StringComparer.Ordinal), last);
    }
}
