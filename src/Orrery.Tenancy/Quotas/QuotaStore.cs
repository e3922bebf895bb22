using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_quota</c>, <c>ten_quota_day</c> and <c>ten_reservation</c>.</summary>
internal static class QuotaStore
{
    private const string Everywhere = """
        select kind, soft, hard, contact, tenant_id
          from ten_quota
         order by tenant_id, kind
        """;

    private const string All = """
        select kind, soft, hard, contact
          from ten_quota
         where tenant_id = @tenant
         order by kind
        """;

    private const string Lock = """
        select kind, soft, hard, contact
          from ten_quota
         where tenant_id = @tenant
           and kind = @kind
        {for update}
        """;

    private const string Upsert = """
        insert into ten_quota (tenant_id, kind, soft, hard, contact, updated_by, updated_at)
        values (@tenant, @kind, @soft, @hard, @contact, @by, @at)
            on conflict (tenant_id, kind) do update
           set soft = excluded.soft, hard = excluded.hard, contact = excluded.contact, updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;

    private const string Delete = """
        delete from ten_quota
         where tenant_id = @tenant
           and kind = @kind
        """;

    private const string Day = """
        select used
          from ten_quota_day
         where tenant_id = @tenant
           and kind = @kind
           and day = @day
        """;

    private const string CountDay = """
        insert into ten_quota_day (tenant_id, kind, day, used)
        values (@tenant, @kind, @day, 1)
            on conflict (tenant_id, kind, day) do update
           set used = ten_quota_day.used + 1
        """;

    private const string PruneDays = """
        delete from ten_quota_day
         where day < @before
        """;

    private const string Reserved = """
        select cast(coalesce(sum(amount), 0) as bigint)
          from ten_reservation
         where tenant_id = @tenant
           and kind = @kind
           and expires_at > @now
           and holder <> @holder
        """;

    private const string Reserve = """
        insert into ten_reservation (tenant_id, kind, holder, amount, expires_at)
        values (@tenant, @kind, @holder, @amount, @expires)
            on conflict (tenant_id, kind, holder) do update
           set amount = excluded.amount, expires_at = excluded.expires_at
        """;

    private const string RemoveExpired = """
        delete from ten_reservation
         where tenant_id = @tenant
           and kind = @kind
           and expires_at <= @now
        """;

    private const string Renew = """
        update ten_reservation
           set expires_at = @expires
         where tenant_id = @tenant
           and kind = @kind
           and holder = @holder
           and expires_at > @now
        """;

    private const string Release = """
        delete from ten_reservation
         where tenant_id = @tenant
           and kind = @kind
           and holder = @holder
        """;

    public static async ValueTask<List<(long Workspace, Quota Quota)>> EverywhereAsync(DbSession session)
    {
        using var statement = session.Sql(Everywhere);
        return await statement.ListAsync(static row => (row.GetInt64(4), Read(row)));
    }

    public static async ValueTask<List<Quota>> ListAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(All).Set("tenant", workspace.Value);
        return await statement.ListAsync(Read);
    }

    /// <summary>The quota; nobody else counts against it until the transaction ends.</summary>
    public static async ValueTask<Quota?> LockAsync(DbSession session, WorkspaceId workspace, string kind)
    {
        using var statement = session.Sql(Lock).Set("tenant", workspace.Value).Set("kind", kind);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, Quota quota, string by, long at)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", workspace.Value).Set("kind", quota.Kind).Set("soft", quota.Soft).Set("hard", quota.Hard)
            .Set("contact", quota.Contact).Set("by", by).Set("at", at);
        await statement.ExecuteAsync();
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string kind)
    {
        using var statement = session.Sql(Delete).Set("tenant", workspace.Value).Set("kind", kind);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<long> DayAsync(DbSession session, WorkspaceId workspace, string kind, int day)
    {
        using var statement = session.Sql(Day).Set("tenant", workspace.Value).Set("kind", kind).Set("day", day);
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask CountDayAsync(DbSession session, WorkspaceId workspace, string kind, int day)
    {
        using var statement = session.Sql(CountDay).Set("tenant", workspace.Value).Set("kind", kind).Set("day", day);
        await statement.ExecuteAsync();
    }

    /// <summary>Forgets what was counted on days long past, of all workspaces.</summary>
    public static async ValueTask PruneDaysAsync(DbSession session, int before)
    {
        using var statement = session.Sql(PruneDays).Set("before", before);
        await statement.ExecuteAsync();
    }

    /// <summary>What is reserved now, but by one holder; an empty one for by all.</summary>
    public static async ValueTask<long> ReservedAsync(DbSession session, WorkspaceId workspace, string kind, string except, long now)
    {
        using var statement = session.Sql(Reserved).Set("tenant", workspace.Value).Set("kind", kind).Set("now", now).Set("holder", except);
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask ReserveAsync(DbSession session, WorkspaceId workspace, string kind, string holder, long amount, long expires, long now)
    {
        using (var remove = session.Sql(RemoveExpired).Set("tenant", workspace.Value).Set("kind", kind).Set("now", now))
            await remove.ExecuteAsync();
        using var statement = session.Sql(Reserve)
            .Set("tenant", workspace.Value).Set("kind", kind).Set("holder", holder).Set("amount", amount).Set("expires", expires);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> RenewAsync(DbSession session, WorkspaceId workspace, string kind, string holder, long expires, long now)
    {
        using var statement = session.Sql(Renew)
            .Set("tenant", workspace.Value).Set("kind", kind).Set("holder", holder).Set("expires", expires).Set("now", now);
        return await statement.ExecuteAsync() > 0;
    }

    public static async ValueTask ReleaseAsync(DbSession session, WorkspaceId workspace, string kind, string holder)
    {
        using var statement = session.Sql(Release).Set("tenant", workspace.Value).Set("kind", kind).Set("holder", holder);
        await statement.ExecuteAsync();
    }

    private static Quota Read(DbDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetString(3));
}
