using System.Data.Common;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>SQL of <c>reg_version</c> and <c>reg_version_tag</c>.</summary>
internal static class VersionStore
{
    private const int ColumnCount = 13;

    private const string Columns =
        "r.model_id, m.name, r.version, r.stage, r.description, r.source, r.storage_uri, r.run_id, r.run_link, r.logged_model_id, r.created_by, "
        + "r.created_at, r.updated_at";

    private const string Tables = """
        reg_version r
          join reg_model m on m.tenant_id = r.tenant_id and m.model_id = r.model_id
        """;

    // What one version has, read with it: three statements cost three times the way there.
    private const string Whole = $"""
        {Columns},
               (select {"{json rows}"}({"{json row}"}(t.key, t.value))
                  from (select key, value from reg_version_tag
                         where tenant_id = r.tenant_id and model_id = r.model_id and version = r.version order by key) t),
               (select {"{json rows}"}(a.alias)
                  from (select alias from reg_alias
                         where tenant_id = r.tenant_id and model_id = r.model_id and version = r.version order by alias) a)
        """;

    private const string FindVersion = $"""
        select {Whole}
          from {Tables}
         where r.tenant_id = @tenant
           and m.name = @name
           and r.version = @version
        """;

    private const string FindById = $"""
        select {Whole}
          from {Tables}
         where r.tenant_id = @tenant
           and r.model_id = @model
           and r.version = @version
        """;

    private const string FindNewest = $"""
        select {Whole}
          from {Tables}
         where r.tenant_id = @tenant
           and m.name = @name
         order by r.version desc
         limit 1
        """;

    // One look into an index for each model and stage, however many versions there are.
    private const string ListLatest = $"""
        select {Columns}
          from (select 'None' as stage union all select 'Staging' union all select 'Production' union all select 'Archived') s
         cross join reg_model m
          join reg_version r on r.tenant_id = m.tenant_id and r.model_id = m.model_id and r.version = (
                select max(o.version)
                  from reg_version o
                 where o.tenant_id = m.tenant_id
                   and o.model_id = m.model_id
                   and o.stage = s.stage)
         where m.tenant_id = @tenant
           and m.model_id {"{in ids}"}
         order by r.model_id, r.version
        """;

    private const string ListInStage = """
        select version
          from reg_version
         where tenant_id = @tenant
           and model_id = @model
           and stage = @stage
           and version <> @version
         order by version
        """;

    private const string ListNumbers = """
        select version
          from reg_version
         where tenant_id = @tenant
           and model_id = @model
         order by version
        """;

    // Reads a few too many where a page mixes models: tags of their other versions that the page has of another model.
    private const string ListTags = """
        select model_id, version, key, value
          from reg_version_tag
         where tenant_id = @tenant
           and model_id {in models}
           and version {in versions}
         order by model_id, version, key
        """;

    private const string InsertVersion = """
        insert into reg_version (tenant_id, model_id, version, stage, description, source, storage_uri, run_id, run_link, logged_model_id,
                                 created_by, created_at, updated_at, below)
        values (@tenant, @model, @version, @stage, @description, @source, @storage, @run, @link, @logged, @by, @created, @updated, @below)
        """;

    private const string Describe = """
        update reg_version
           set description = @description, updated_at = @at
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string Move = """
        update reg_version
           set stage = @stage, updated_at = @at
         where tenant_id = @tenant
           and model_id = @model
           and version {in versions}
        """;

    private const string TouchAll = """
        update reg_version
           set updated_at = @at
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveVersion = """
        delete from reg_version
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string RemoveTagsOfVersion = """
        delete from reg_version_tag
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string RemoveAll = """
        delete from reg_version
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveAllTags = """
        delete from reg_version_tag
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string UpsertTags = """
        insert into reg_version_tag (tenant_id, model_id, version, key, value)
        select @tenant, @model, @version, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, model_id, version, key) do update set value = excluded.value
        """;

    private const string RemoveTag = """
        delete from reg_version_tag
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
           and key = @key
        """;

    private static readonly SearchSchema Schema = new(
        new Dictionary<string, SearchColumn>
        {
            ["name"] = new("m.name", IsText: true),
            ["version_number"] = new("r.version", IsText: false),
            ["run_id"] = new("coalesce(r.run_id, '')", IsText: true) { Indexed = "r.run_id" },
            ["source_path"] = new("r.source", IsText: true),
            ["creation_timestamp"] = new("r.created_at", IsText: false),
            ["last_updated_timestamp"] = new("r.updated_at", IsText: false),
        },
        new Dictionary<EntityKind, KeyedTable>
        {
            [EntityKind.Tag] = new("reg_version_tag", "k.model_id = r.model_id and k.version = r.version") { MissingDiffers = RegisteredModel.PromptTag },
        })
    {
        Tenant = "r.tenant_id",
    };

    /// <summary>A version with its tags and aliases; null when there is none.</summary>
    public static async ValueTask<ModelVersion?> FindAsync(DbSession session, WorkspaceId workspace, string name, long version)
    {
        if (!RegistryText.CanBeStored(name))
            return null;
        using var statement = session.Sql(FindVersion).Set("tenant", workspace.Value).Set("name", name).Set("version", version);
        return await statement.FindAsync(ReadWhole);
    }

    /// <summary>A version by its model's id, which survives renames, with its tags and aliases; null when there is none.</summary>
    public static async ValueTask<ModelVersion?> FindByIdAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = session.Sql(FindById).Set("tenant", workspace.Value).Set("model", model).Set("version", version);
        return await statement.FindAsync(ReadWhole);
    }

    /// <summary>The version with the highest number, with its tags and aliases; null when there is none.</summary>
    public static async ValueTask<ModelVersion?> FindNewestAsync(DbSession session, WorkspaceId workspace, string name)
    {
        if (!RegistryText.CanBeStored(name))
            return null;
        using var statement = session.Sql(FindNewest).Set("tenant", workspace.Value).Set("name", name);
        return await statement.FindAsync(ReadWhole);
    }

    /// <summary>The highest version of each stage of each model, by model and version.</summary>
    public static async ValueTask<List<ModelVersion>> ListLatestAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> models)
    {
        if (models.Count == 0)
            return [];
        using var statement = session.Sql(ListLatest).Set("tenant", workspace.Value).SetList("ids", models);
        return await WithTagsAsync(session, workspace, await statement.ListAsync(Read));
    }

    /// <summary>Numbers of the other versions in a stage.</summary>
    public static async ValueTask<List<long>> ListInStageAsync(DbSession session, WorkspaceId workspace, string model, string stage, long except)
    {
        using var statement = session.Sql(ListInStage).Set("tenant", workspace.Value).Set("model", model).Set("stage", stage).Set("version", except);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>Numbers of a model's versions.</summary>
    public static async ValueTask<List<long>> ListNumbersAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var statement = session.Sql(ListNumbers).Set("tenant", workspace.Value).Set("model", model);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>One page; null when the token is none of this search's.</summary>
    public static async ValueTask<Page<ModelVersion>?> SearchAsync(DbSession session, Actor actor, RegistrySearch search)
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
              from {Tables}{sql.Joins}
             where r.tenant_id = @tenant{where}
             order by {string.Join(", ", keys.Select(static k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (actor.Limits is { } limits)
            statement.SetList("limits", limits.Ids.ToArray());
        statement.Set("limit", search.MaxResults + 1);
        var rows = await statement.ListAsync(row => (Version: Read(row), Keys: keys.Select((key, i) => key.Read(row, ColumnCount + i)).ToArray()));
        return await search.PageAsync(rows, versions => WithTagsAsync(session, workspace, versions));
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, ModelVersion version)
    {
        using var statement = session.Sql(InsertVersion)
            .Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version).Set("stage", version.Stage)
            .Set("description", version.Description).Set("source", version.Source).Set("storage", version.StorageUri).Set("run", version.RunId)
            .Set("link", version.RunLink).Set("logged", version.LoggedModelId).Set("by", version.CreatedBy)
            .Set("created", version.CreatedAt).Set("updated", version.UpdatedAt).Set("below", VersionReferences.Below(version));
        await statement.ExecuteAsync();
        await SetTagsAsync(session, workspace, version, version.Tags);
    }

    public static async ValueTask DescribeAsync(DbSession session, WorkspaceId workspace, ModelVersion version, string? description, long at)
    {
        using var statement = session.Sql(Describe)
            .Set("description", description).Set("at", at).Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version);
        await statement.ExecuteAsync();
    }

    public static async ValueTask MoveAsync(DbSession session, WorkspaceId workspace, string model, IReadOnlyCollection<long> versions, string stage, long at)
    {
        using var statement = session.Sql(Move)
            .Set("stage", stage).Set("at", at).Set("tenant", workspace.Value).Set("model", model).SetList("versions", versions);
        await statement.ExecuteAsync();
    }

    public static async ValueTask TouchAllAsync(DbSession session, WorkspaceId workspace, string model, long at)
    {
        using var statement = session.Sql(TouchAll).Set("at", at).Set("tenant", workspace.Value).Set("model", model);
        await statement.ExecuteAsync();
    }

    /// <summary>Deletes a version and its tags.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, ModelVersion version)
    {
        foreach (var sql in new[] { RemoveTagsOfVersion, RemoveVersion })
        {
            using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version);
            await statement.ExecuteAsync();
        }
    }

    /// <summary>Deletes all versions of a model with their tags.</summary>
    public static async ValueTask DeleteAllAsync(DbSession session, WorkspaceId workspace, string model)
    {
        foreach (var sql in new[] { RemoveAllTags, RemoveAll })
        {
            using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("model", model);
            await statement.ExecuteAsync();
        }
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, ModelVersion version, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTags).Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, static t => t.Key).Text("value", tags, static t => t.Value));
    }

    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, ModelVersion version, string key)
    {
        using var statement = session.Sql(RemoveTag)
            .Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Tags that were read with their row, as JSON.</summary>
    internal static IReadOnlyList<Pair> Tags(DbDataReader row, int ordinal) =>
        Text(row, ordinal) is { } tags ? [.. JsonSerializer.Deserialize(tags, RegistryJson.Default.StringArrayArray)!.Select(static tag => new Pair(tag[0], tag[1]))] : [];

    private static async ValueTask<List<ModelVersion>> WithTagsAsync(DbSession session, WorkspaceId workspace, List<ModelVersion> versions)
    {
        if (versions.Count == 0)
            return versions;
        using var statement = session.Sql(ListTags).Set("tenant", workspace.Value)
            .SetList("models", versions.Select(static v => v.ModelId).Distinct().ToArray())
            .SetList("versions", versions.Select(static v => v.Version).Distinct().ToArray());
        var tags = (await statement.ListAsync(static row =>
            (Key: (row.GetString(0), row.GetInt64(1)), Tag: new Pair(row.GetString(2), row.GetString(3))))).ToLookup(static t => t.Key, static t => t.Tag);
        return versions.ConvertAll(v => v with { Tags = [.. tags[(v.ModelId, v.Version)]] });
    }

    private static ModelVersion ReadWhole(DbDataReader row) => Read(row) with
    {
        Tags = Tags(row, ColumnCount),
        Aliases = Text(row, ColumnCount + 1) is { } aliases ? JsonSerializer.Deserialize(aliases, RegistryJson.Default.StringArray)! : [],
    };

    private static ModelVersion Read(DbDataReader row) => new()
    {
        ModelId = row.GetString(0),
        Name = row.GetString(1),
        Version = row.GetInt64(2),
        Stage = row.GetString(3),
        Description = Text(row, 4),
        Source = row.GetString(5),
        StorageUri = row.GetString(6),
        RunId = Text(row, 7),
        RunLink = Text(row, 8),
        LoggedModelId = Text(row, 9),
        CreatedBy = row.GetString(10),
        CreatedAt = row.GetInt64(11),
        UpdatedAt = row.GetInt64(12),
    };

    private static string? Text(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
