using System.Data.Common;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Tables <c>aud_chain</c>, <c>aud_day</c> and <c>aud_hold</c>.</summary>
internal static class ChainStore
{
    private const string Columns = "tenant_id, seq, hash, sealed_at, day_first, tree, checkpoint_size, checkpoint_at";

    private const string ListSome = "select " + Columns + """

          from aud_chain
         where tenant_id {in tenants}
        """;

    private const string ListDue = $"""
        select {Columns}
          from aud_chain
         where seq > checkpoint_size and (checkpoint_at <= @before or checkpoint_at > @now)
         order by tenant_id
         limit 500
        """;

    private const string Insert = """
        insert into aud_chain (tenant_id, seq, hash, sealed_at, day_first, tree, checkpoint_size, checkpoint_at)
        values (@tenant, @seq, @hash, @at, @first, @tree, 0, 0)
            on conflict do nothing
        """;

    private const string Move = """
        update aud_chain
           set seq = @seq, hash = @hash, sealed_at = @at, day_first = @first, tree = @tree
         where tenant_id = @tenant and seq = @expected
        """;

    private const string Checkpointed = """
        update aud_chain
           set checkpoint_size = @size, checkpoint_at = @at
         where tenant_id = @tenant and checkpoint_size < @size
        """;

    private const string InsertDay = """
        insert into aud_day (tenant_id, last_seq, hash, sealed_at, day_first, tree)
        values (@tenant, @seq, @hash, @at, @first, @tree)
        """;

    private const string ListDays = """
        select tenant_id, last_seq, hash, sealed_at, day_first, tree
          from aud_day
         order by tenant_id, last_seq
         limit 500
        """;

    private const string DeleteDay = """
        delete from aud_day
         where tenant_id = @tenant and last_seq = @seq
        """;

    private const string ListTenants = """
        select tenant_id
          from aud_chain
         order by tenant_id
        """;

    // Whoever takes a chain away must take its checkpoints and entries too.
    private const string ListEver = """
        select tenant_id
          from aud_chain
         union
        select tenant_id
          from aud_checkpoint
         union
        select distinct tenant_id
          from aud_entry
         order by tenant_id
        """;

    private const string FindHold = """
        select held, reason
          from aud_hold
         where tenant_id = @tenant
        """;

    private const string CountHeld = """
        select count(*)
          from aud_hold
         where held = 1 and (tenant_id = @tenant or @tenant = 0)
        """;

    private const string SetHold = """
        insert into aud_hold (tenant_id, held, reason)
        values (@tenant, @held, @reason)
            on conflict (tenant_id) do update
           set held = excluded.held, reason = excluded.reason
        """;

    public static async ValueTask<List<ChainHead>> ListAsync(DbSession session, IReadOnlyCollection<long> tenants)
    {
        using var statement = session.Sql(ListSome).SetList("tenants", tenants);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<ChainHead?> FindAsync(DbSession session, long tenant) => (await ListAsync(session, [tenant])).FirstOrDefault();

    /// <summary>Chains that grew since their last checkpoint, which was before a time.</summary>
    public static async ValueTask<List<ChainHead>> ListDueAsync(DbSession session, long before, long now)
    {
        using var statement = session.Sql(ListDue).Set("before", before).Set("now", now);
        return await statement.ListAsync(Read);
    }

    /// <returns>False when another was faster.</returns>
    public static async ValueTask<bool> MoveAsync(DbSession session, ChainHead head, long expected)
    {
        using var statement = session.Sql(expected == 0 ? Insert : Move)
            .Set("tenant", head.Tenant).Set("seq", head.Seq).Set("hash", head.Hash).Set("at", head.SealedAt).Set("first", head.DayFirst).Set("tree", head.Tree);
        if (expected > 0)
            statement.Set("expected", expected);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask CheckpointedAsync(DbSession session, long tenant, long size, long at)
    {
        using var statement = session.Sql(Checkpointed).Set("size", size).Set("at", at).Set("tenant", tenant);
        await statement.ExecuteAsync();
    }

    public static async ValueTask AddDayAsync(DbSession session, ChainHead end)
    {
        using var statement = session.Sql(InsertDay)
            .Set("tenant", end.Tenant).Set("seq", end.Seq).Set("hash", end.Hash).Set("at", end.SealedAt).Set("first", end.DayFirst).Set("tree", end.Tree);
        await statement.ExecuteAsync();
    }

    /// <summary>Days that ended without their checkpoint, as the chain stood at their end.</summary>
    public static async ValueTask<List<ChainHead>> ListDaysAsync(DbSession session)
    {
        using var statement = session.Sql(ListDays);
        return await statement.ListAsync(static row => new ChainHead(
            row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), row.GetInt64(4), row.GetFieldValue<byte[]>(5)));
    }

    public static async ValueTask DeleteDayAsync(DbSession session, long tenant, long lastSeq)
    {
        using var statement = session.Sql(DeleteDay).Set("tenant", tenant).Set("seq", lastSeq);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<List<long>> ListTenantsAsync(DbSession session)
    {
        using var statement = session.Sql(ListTenants);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>Workspaces that have a chain, or of which a checkpoint says that they had.</summary>
    public static async ValueTask<List<long>> ListEverAsync(DbSession session)
    {
        using var statement = session.Sql(ListEver);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    public static async ValueTask<(bool Held, string? Reason)> FindHoldAsync(DbSession session, long tenant)
    {
        using var statement = session.Sql(FindHold).Set("tenant", tenant);
        return await statement.FindAsync(static row => (row.GetInt64(0) == 1, row.IsDBNull(1) ? null : row.GetString(1)));
    }

    /// <summary>Whether a workspace's entries are held; of the platform (0), whether any workspace's are.</summary>
    public static async ValueTask<bool> IsHeldAsync(DbSession session, long tenant)
    {
        using var statement = session.Sql(CountHeld).Set("tenant", tenant);
        return await statement.LongAsync() > 0;
    }

    public static async ValueTask SetHoldAsync(DbSession session, long tenant, bool held, string? reason)
    {
        using var statement = session.Sql(SetHold).Set("tenant", tenant).Set("held", held ? 1 : 0).Set("reason", reason);
        await statement.ExecuteAsync();
    }

    private static ChainHead Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), row.GetInt64(4), row.GetFieldValue<byte[]>(5))
        {
            CheckpointSize = row.GetInt64(6),
            CheckpointAt = row.GetInt64(7),
        };
}
