using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of <c>reg_alias</c>.</summary>
internal static class AliasStore
{
    private const string FindAlias = """
        select version
          from reg_alias
         where tenant_id = @tenant
           and model_id = @model
           and alias = @alias
        """;

    private const string ListAliases = """
        select model_id, alias, version
          from reg_alias
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id, alias
        """;

    private const string UpsertAlias = """
        insert into reg_alias (tenant_id, model_id, alias, version)
        values (@tenant, @model, @alias, @version)
            on conflict (tenant_id, model_id, alias) do update set version = excluded.version
        """;

    private const string RemoveAlias = """
        delete from reg_alias
         where tenant_id = @tenant
           and model_id = @model
           and alias = @alias
        returning version
        """;

    private const string RemoveOfVersion = """
        delete from reg_alias
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        returning alias
        """;

    private const string RemoveAll = """
        delete from reg_alias
         where tenant_id = @tenant
           and model_id = @model
        """;

    /// <summary>The version an alias stands for; null when there is no such alias.</summary>
    public static async ValueTask<long?> FindAsync(DbSession session, WorkspaceId workspace, string model, string alias)
    {
        using var statement = session.Sql(FindAlias).Set("tenant", workspace.Value).Set("model", model).Set("alias", alias);
        return await statement.LongAsync();
    }

    /// <summary>Aliases by model id, sorted.</summary>
    public static async ValueTask<ILookup<string, ModelAlias>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> models)
    {
        using var statement = session.Sql(ListAliases).Set("tenant", workspace.Value).SetList("ids", models);
        return (await statement.ListAsync(static row => (Model: row.GetString(0), Alias: new ModelAlias(row.GetString(1), row.GetInt64(2)))))
            .ToLookup(static a => a.Model, static a => a.Alias);
    }

    public static async ValueTask SetAsync(DbSession session, WorkspaceId workspace, string model, string alias, long version)
    {
        using var statement = session.Sql(UpsertAlias).Set("tenant", workspace.Value).Set("model", model).Set("alias", alias).Set("version", version);
        await statement.ExecuteAsync();
    }

    /// <summary>The version it stood for; null when there was no such alias.</summary>
    public static async ValueTask<long?> RemoveAsync(DbSession session, WorkspaceId workspace, string model, string alias)
    {
        using var statement = session.Sql(RemoveAlias).Set("tenant", workspace.Value).Set("model", model).Set("alias", alias);
        return await statement.LongAsync();
    }

    /// <summary>Removes all aliases of a version, and names them.</summary>
    public static async ValueTask<List<string>> RemoveOfVersionAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = session.Sql(RemoveOfVersion).Set("tenant", workspace.Value).Set("model", model).Set("version", version);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    public static async ValueTask RemoveAllAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var statement = session.Sql(RemoveAll).Set("tenant", workspace.Value).Set("model", model);
        await statement.ExecuteAsync();
    }
}
