using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>SQL of <c>reg_model</c> and <c>reg_model_tag</c>.</summary>
internal static class ModelStore
{
    private const int ColumnCount = 6;

    private const string Columns = "r.model_id, r.name, r.description, r.created_by, r.created_at, r.updated_at";

    private const string Names = """
        select tenant_id, model_id, name
          from reg_model
         where tenant_id {in tenants}
           and model_id {in ids}
         order by tenant_id, model_id
        """;

    private const string FindByName = $"""
        select {Columns}
          from reg_model r
         where r.tenant_id = @tenant
           and r.name = @name
        """;

    private const string LockByName = FindByName + "\n {for update}";

    // With its tags: two statements cost twice the way there.
    private const string FindWhole = $"""
        select {Columns},
               (select {"{json rows}"}({"{json row}"}(t.key, t.value))
                  from (select key, value from reg_model_tag where tenant_id = r.tenant_id and model_id = r.model_id order by key) t)
          from reg_model r
         where r.tenant_id = @tenant
           and r.name = @name
        """;

    private const string ListTags = """
        select model_id, key, value
          from reg_model_tag
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id, key
        """;

    private const string InsertModel = """
        insert into reg_model (tenant_id, model_id, name, description, last_version, created_by, created_at, updated_at)
        values (@tenant, @id, @name, @description, 0, @by, @at, @at)
            on conflict do nothing
        """;

    private const string TakeVersion = """
        update reg_model
           set last_version = last_version + 1, updated_at = @at
         where tenant_id = @tenant
           and model_id = @id
        returning last_version
        """;

    private const string Touch = """
        update reg_model
           set updated_at = @at
         where tenant_id = @tenant
           and model_id = @id
        """;

    private const string Describe = """
        update reg_model
           set description = @description, updated_at = @at
         where tenant_id = @tenant
           and model_id = @id
        """;

    private const string Rename = """
        update reg_model
           set name = @name, updated_at = @at
         where tenant_id = @tenant
           and model_id = @id
        """;

    private const string RemoveModel = """
        delete from reg_model
         where tenant_id = @tenant
           and model_id = @id
        """;

    private const string UpsertTags = """
        insert into reg_model_tag (tenant_id, model_id, key, value)
        select @tenant, @id, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, model_id, key) do update set value = excluded.value
        """;

    private const string RemoveTag = """
        delete from reg_model_tag
         where tenant_id = @tenant
           and model_id = @id
           and key = @key
        """;

    private const string RemoveTags = """
        delete from reg_model_tag
         where tenant_id = @tenant
           and model_id = @id
        """;

    private static readonly SearchSchema Schema = new(
        new Dictionary<string, SearchColumn>
        {
            ["name"] = new("r.name", IsText: true),
            ["last_updated_timestamp"] = new("r.updated_at", IsText: false),
            ["creation_timestamp"] = new("r.created_at", IsText: false),
        },
        new Dictionary<EntityKind, KeyedTable>
        {
            [EntityKind.Tag] = new("reg_model_tag", "k.model_id = r.model_id") { MissingDiffers = RegisteredModel.PromptTag },
        })
    {
        Tenant = "r.tenant_id",
    };

    /// <summary>What models are called, by workspace and id.</summary>
    public static async ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> models)
    {
        using var statement = session.Sql(Names)
            .SetList("tenants", models.Select(static m => m.Workspace.Value).ToHashSet()).SetList("ids", models.Select(static m => m.Id).ToHashSet());
        return (await statement.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), Id: row.GetString(1), Name: row.GetString(2))))
            .ToDictionary(static m => (m.Item1, m.Id), static m => m.Name);
    }

    /// <summary>The model with its tags; null when there is none of that name.</summary>
    public static async ValueTask<RegisteredModel?> FindAsync(DbSession session, WorkspaceId workspace, string name)
    {
        if (!RegistryText.CanBeStored(name))
            return null;
        using var statement = session.Sql(FindWhole).Set("tenant", workspace.Value).Set("name", name);
        return await statement.FindAsync(static row => Read(row) with { Tags = VersionStore.Tags(row, ColumnCount) });
    }

    /// <summary>As <see cref="FindAsync"/>, holding its row until the transaction ends: changes of one model come one after another.</summary>
    public static async ValueTask<RegisteredModel?> LockAsync(DbSession session, WorkspaceId workspace, string name)
    {
        if (!RegistryText.CanBeStored(name))
            return null;
        using var statement = session.Sql(LockByName).Set("tenant", workspace.Value).Set("name", name);
        return await statement.FindAsync(Read) is { } found ? (await WithTagsAsync(session, workspace, [found]))[0] : null;
    }

    /// <summary>One page; null when the token is none of this search's.</summary>
    public static async ValueTask<Page<RegisteredModel>?> SearchAsync(DbSession session, Actor actor, RegistrySearch search)
    {
        var workspace = actor.Workspace;
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var where = sql.Where(search.Filter.All);
        if (actor.Limits is not null)
            where += "\n   and r.model_id {in limits}";
        if (search.Token is { } token)
        {
            if (RegistrySearch.Decode(token, keys) is not { } last)
                return null;
            where += sql.After(keys, last);
        }

        using var statement = session.Sql($"""
            select {Columns}, {string.Join(", ", keys.Select(static k => k.Sql))}
              from reg_model r{sql.Joins}
             where r.tenant_id = @tenant{where}
             order by {string.Join(", ", keys.Select(static k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (actor.Limits is { } limits)
            statement.SetList("limits", limits.Ids.ToArray());
        statement.Set("limit", search.MaxResults + 1);
        var rows = await statement.ListAsync(row => (Model: Read(row), Keys: keys.Select((key, i) => key.Read(row, ColumnCount + i)).ToArray()));
        return await search.PageAsync(rows, models => WithTagsAsync(session, workspace, models));
    }

    /// <summary>False when the name is taken.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, RegisteredModel model)
    {
        using var statement = session.Sql(InsertModel)
            .Set("tenant", workspace.Value).Set("id", model.Id).Set("name", model.Name).Set("description", model.Description)
            .Set("by", model.CreatedBy).Set("at", model.CreatedAt);
        if (await statement.ExecuteAsync() == 0)
            return false;
        await SetTagsAsync(session, workspace, model.Id, model.Tags);
        return true;
    }

    /// <summary>The next version's number.</summary>
    public static async ValueTask<long> TakeVersionAsync(DbSession session, WorkspaceId workspace, string id, long at)
    {
        using var statement = session.Sql(TakeVersion).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        return await statement.LongAsync() ?? throw new InvalidOperationException($"Model {id} went away while it was held.");
    }

    public static async ValueTask TouchAsync(DbSession session, WorkspaceId workspace, string id, long at)
    {
        using var statement = session.Sql(Touch).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    public static async ValueTask DescribeAsync(DbSession session, WorkspaceId workspace, string id, string? description, long at)
    {
        using var statement = session.Sql(Describe).Set("description", description).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RenameAsync(DbSession session, WorkspaceId workspace, string id, string name, long at)
    {
        using var statement = session.Sql(Rename).Set("name", name).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    /// <summary>Deletes the model and its tags.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string id)
    {
        foreach (var sql in new[] { RemoveTags, RemoveModel })
        {
            using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("id", id);
            await statement.ExecuteAsync();
        }
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, string id, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTags).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, static t => t.Key).Text("value", tags, static t => t.Value));
    }

    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, string id, string key)
    {
        using var statement = session.Sql(RemoveTag).Set("tenant", workspace.Value).Set("id", id).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    private static async ValueTask<List<RegisteredModel>> WithTagsAsync(DbSession session, WorkspaceId workspace, List<RegisteredModel> models)
    {
        if (models.Count == 0)
            return models;
        using var statement = session.Sql(ListTags).Set("tenant", workspace.Value).SetList("ids", models.ConvertAll(static m => m.Id));
        var tags = (await statement.ListAsync(static row => (Id: row.GetString(0), Tag: new Pair(row.GetString(1), row.GetString(2)))))
            .ToLookup(static t => t.Id, static t => t.Tag);
        return models.ConvertAll(m => m with { Tags = [.. tags[m.Id]] });
    }

    private static RegisteredModel Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5));
}
