using System.Data.Common;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Questions over a period of <c>aud_entry</c>; a fixed number of statements however many entries there are.</summary>
internal static class PeriodStore
{
    // Whoever acts on a server without identity goes by this one name.
    private const string Shared = "local-admin";

    private const string TotalsSql = """
        select count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), count(distinct actor), coalesce(sum(case when actor in (@nameless, @shared) then 1 else 0 end), 0)
          from aud_entry
         where tenant_id = @tenant and seq >= @first and seq <= @last
        """;

    private const string OldestSql = """
        select sealed_at
          from aud_entry
         where tenant_id = @tenant
         order by seq
         limit 1
        """;

    private const string NewestSql = """
        select entry_id, seq, action, object_kind, object_id, actor, sealed_at, hash, total
          from (
               select entry_id, seq, action, object_kind, object_id, actor, sealed_at, hash,
                      count(*) over (partition by action) as total,
                      row_number() over (partition by action order by seq desc) as place
                 from aud_entry
                where tenant_id = @tenant and seq >= @first and seq <= @last) ranked
         where place <= @newest
         order by action, seq desc
        """;

    private const string OfActionsSql = """
        select entry_id, seq, action, object_kind, object_id, actor, sealed_at, hash, 0
          from aud_entry
         where tenant_id = @tenant and seq >= @first and seq <= @last and action {in actions}
         order by seq desc
         limit @limit
        """;

    public static async ValueTask<AuditPeriod> ReadAsync(DbSession session, long tenant, long first, long last, int newest)
    {
        using var totals = session.Sql(TotalsSql).Set("tenant", tenant).Set("first", first).Set("last", last).Set("nameless", AuditBody.Unidentified).Set("shared", Shared);
        var sums = await totals.FindAsync(static row => (Entries: row.GetInt64(0), First: row.GetInt64(1), Last: row.GetInt64(2), Actors: row.GetInt64(3), Nameless: row.GetInt64(4)));
        using var oldest = session.Sql(OldestSql).Set("tenant", tenant);
        var oldestAt = await oldest.LongAsync();
        using var sql = session.Sql(NewestSql).Set("tenant", tenant).Set("first", first).Set("last", last).Set("newest", newest);
        var rows = await sql.ListAsync(static row => (Act: Read(row), Total: row.GetInt64(8)));
        return new(sums.Entries, sums.First, sums.Last, sums.Actors, sums.Nameless, oldestAt,
            [.. rows.GroupBy(static row => row.Act.Action).Select(static group => new AuditActs(group.Key, group.First().Total, [.. group.Select(static row => row.Act)]))]);
    }

    public static async ValueTask<List<AuditAct>> ListAsync(DbSession session, long tenant, long first, long last, IReadOnlyCollection<string> actions, int limit)
    {
        using var sql = session.Sql(OfActionsSql).Set("tenant", tenant).Set("first", first).Set("last", last).SetList("actions", actions).Set("limit", limit);
        return await sql.ListAsync(Read);
    }

    private static AuditAct Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt64(6), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(7)));
}
