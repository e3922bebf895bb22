using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_workspace</c>.</summary>
internal sealed class WorkspaceStore(Db db, TimeProvider time, IEnumerable<IWorkspaceSetup> setups)
{
    private const string Find = """
        select tenant_id
          from ten_workspace
         where name = @name
        """;

    private const string Insert = """
        insert into ten_workspace (tenant_id, name, created_at)
        select coalesce(max(tenant_id), 0) + 1, @name, @at
          from ten_workspace
         where true
            on conflict do nothing
        """;

    private const string All = """
        select tenant_id, name
          from ten_workspace
         order by tenant_id
        """;

    public ValueTask<long?> FindAsync(string name, CancellationToken cancel) => db.ReadAsync(session => FindAsync(session, name), cancel);

    public ValueTask<List<(WorkspaceId Id, string Name)>> ListAsync(CancellationToken cancel) => db.ReadAsync(static async session =>
    {
        using var statement = session.Sql(All);
        return await statement.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1)));
    }, cancel);

    /// <summary>The workspace's number, made now if need be. Two servers making one at once both get the same.</summary>
    public async ValueTask<WorkspaceId> EnsureAsync(string name, CancellationToken cancel)
    {
        for (; ; )
        {
            var made = await db.WriteAsync<long?>(async session =>
            {
                if (await FindAsync(session, name) is { } known)
                    return known;
                using var insert = session.Sql(Insert).Set("name", name).Set("at", time.GetUtcNow().ToUnixTimeMilliseconds());
                if (await insert.ExecuteAsync() == 0)
                    return default(long?);
                var id = await FindAsync(session, name);
                foreach (var setup in setups)
                    await setup.SetUpAsync(session, new(id!.Value), cancel);
                return id;
            }, cancel);
            if (made.Value is { } id)
                return new(id);
            // Another server took the number for another name in this moment: take the next.
        }
    }

    private static async ValueTask<long?> FindAsync(DbSession session, string name)
    {
        using var statement = session.Sql(Find).Set("name", name);
        return await statement.LongAsync();
    }
}
