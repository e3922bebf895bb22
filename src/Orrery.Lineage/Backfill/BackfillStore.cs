using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_backfill</c>.</summary>
internal static class BackfillStore
{
    private const string All = """
        select name, position, is_done
          from lin_backfill
         where tenant_id = @tenant
         order by name
        """;

    private const string Upsert = """
        insert into lin_backfill (tenant_id, name, position, is_done)
        values (@tenant, @name, @position, @done)
            on conflict (tenant_id, name) do update
           set position = excluded.position, is_done = excluded.is_done
        """;

    /// <summary>How far each part is, by name.</summary>
    public static async ValueTask<Dictionary<string, (string Position, bool IsDone)>> ListAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(All).Set("tenant", workspace.Value);
        return (await statement.ListAsync(static row => (Name: row.GetString(0), Position: row.GetString(1), IsDone: row.GetInt64(2) == 1)))
            .ToDictionary(static row => row.Name, static row => (row.Position, row.IsDone), StringComparer.Ordinal);
    }

    /// <summary>Writes down how far a part is.</summary>
    public static async ValueTask SetAsync(DbSession session, WorkspaceId workspace, string name, string position, bool isDone)
    {
        using var statement = session.Sql(Upsert).Set("tenant", workspace.Value).Set("name", name).Set("position", position).Set("done", isDone ? 1 : 0);
        await statement.ExecuteAsync();
    }
}
