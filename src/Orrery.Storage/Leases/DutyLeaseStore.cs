namespace Orrery.Storage;

/// <summary>Table <c>sys_lease</c>.</summary>
internal static class DutyLeaseStore
{
    private const string Take = """
        insert into sys_lease (name, holder, expires_at)
        values (@name, @holder, @until)
            on conflict (name) do update
           set holder = excluded.holder, expires_at = excluded.expires_at
         where sys_lease.holder = excluded.holder or sys_lease.expires_at <= @now
        """;

    private const string Release = """
        delete from sys_lease
         where name = @name and holder = @holder
        """;

    public static async ValueTask<bool> TakeAsync(DbSession session, string name, string holder, long now, long until)
    {
        using var statement = session.Sql(Take).Set("name", name).Set("holder", holder).Set("until", until).Set("now", now);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask ReleaseAsync(DbSession session, string name, string holder)
    {
        using var statement = session.Sql(Release).Set("name", name).Set("holder", holder);
        await statement.ExecuteAsync();
    }
}
