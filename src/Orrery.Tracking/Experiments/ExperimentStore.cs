using System.Data.Common;
using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_experiment</c>, <c>trk_experiment_tag</c> and <c>trk_counter</c>.</summary>
internal sealed class ExperimentStore
{
    private const string Columns = "r.experiment_id, r.name, r.artifact_location, r.lifecycle, r.created_at, r.updated_at";

    private const string Names = """
        select tenant_id, experiment_id, name
          from trk_experiment
         where tenant_id {in tenants}
           and experiment_id {in ids}
         order by tenant_id, experiment_id
        """;

    private const string FindById = $"""
        select {Columns}
          from trk_experiment r
         where r.tenant_id = @tenant
           and r.experiment_id = @id
        """;

    private const string FindByName = $"""
        select {Columns}
          from trk_experiment r
         where r.tenant_id = @tenant
           and r.name = @name
        """;

    private const string FindTags = """
        select experiment_id, key, value
          from trk_experiment_tag
         where tenant_id = @tenant
           and experiment_id {in ids}
         order by experiment_id, key
        """;

    private const string InsertExperiment = """
        insert into trk_experiment (tenant_id, experiment_id, name, artifact_location, lifecycle, created_at, updated_at, source)
        values (@tenant, @id, @name, @location, @stage, @created, @updated, @source)
            on conflict do nothing
        """;

    private const string TakeNumber = """
        update trk_counter
           set next = next + 1
         where tenant_id = @tenant
           and name = 'experiment'
        returning next - 1
        """;

    private const string RaiseCounter = """
        insert into trk_counter (tenant_id, name, next)
        select @tenant, 'experiment', coalesce(max(experiment_id), 0) + 1
          from trk_experiment
         where tenant_id = @tenant
            on conflict (tenant_id, name) do update
           set next = case when trk_counter.next < excluded.next then excluded.next else trk_counter.next end
        """;

    private const string InsertCounter = """
        insert into trk_counter (tenant_id, name, next)
        values (@tenant, 'experiment', @next)
            on conflict do nothing
        """;

    private const string Rename = """
        update trk_experiment
           set name = @name, updated_at = @at
         where tenant_id = @tenant
           and experiment_id = @id
        """;

    private const string Move = """
        update trk_experiment
           set lifecycle = @stage, updated_at = @at, deleted_at = case when @stage = 'deleted' then @at end
         where tenant_id = @tenant
           and experiment_id = @id
        """;

    private const string Touch = """
        update trk_experiment
           set updated_at = @at
         where tenant_id = @tenant
           and experiment_id = @id
        """;

    private const string UpsertTag = """
        insert into trk_experiment_tag (tenant_id, experiment_id, key, value)
        select @tenant, @id, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, experiment_id, key) do update set value = excluded.value
        """;

    private const string RemoveTag = """
        delete from trk_experiment_tag
         where tenant_id = @tenant
           and experiment_id = @id
           and key = @key
        """;

    private static readonly SearchSchema Schema = new(
        new Dictionary<string, SearchColumn>
        {
            ["experiment_id"] = new("r.experiment_id", IsText: false),
            ["name"] = new("r.name", IsText: true),
            ["creation_time"] = new("r.created_at", IsText: false),
            ["last_update_time"] = new("r.updated_at", IsText: false),
        },
        new Dictionary<EntityKind, KeyedTable>
        {
            [EntityKind.Tag] = new("trk_experiment_tag", "k.experiment_id = r.experiment_id"),
        })
    {
        Tenant = "r.tenant_id",
    };

    /// <summary>What experiments are called, by workspace and id.</summary>
    public static async ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, long Id)> experiments)
    {
        using var statement = session.Sql(Names)
            .SetList("tenants", experiments.Select(static e => e.Workspace.Value).ToHashSet()).SetList("ids", experiments.Select(static e => e.Id).ToHashSet());
        return (await statement.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), Id: row.GetInt64(1), Name: row.GetString(2))))
            .ToDictionary(static e => (e.Item1, e.Id.ToString(CultureInfo.InvariantCulture)), static e => e.Name);
    }

    public static async ValueTask<Experiment?> FindAsync(DbSession session, WorkspaceId workspace, long id)
    {
        using var statement = session.Sql(FindById).Set("tenant", workspace.Value).Set("id", id);
        return await WithTagsAsync(session, workspace, await statement.FindAsync(Read));
    }

    public static async ValueTask<Experiment?> FindAsync(DbSession session, WorkspaceId workspace, string name)
    {
        using var statement = session.Sql(FindByName).Set("tenant", workspace.Value).Set("name", name);
        return await WithTagsAsync(session, workspace, await statement.FindAsync(Read));
    }

    public static async ValueTask<Page<Experiment>?> SearchAsync(DbSession session, Actor actor, ExperimentSearch search)
    {
        var workspace = actor.Workspace;
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var where = sql.Where(search.Filter.All);
        if (search.View is not ViewType.All)
            where += $"\n   and r.lifecycle = {sql.Parameter(search.View is ViewType.ActiveOnly ? Lifecycle.Active : Lifecycle.Deleted)}";
        if (actor.Limits is not null)
            where += "\n   and r.experiment_id {in limits}";
        if (search.Token is { } token)
        {
            if (PageToken.Decode(token, keys.Count) is not { } last || !keys.Zip(last).All(pair => pair.First.Accepts(pair.Second)))
                return null;
            where += sql.After(keys, last);
        }

        using var statement = session.Sql($"""
            select {Columns}, {string.Join(", ", keys.Select(k => k.Sql))}
              from trk_experiment r{sql.Joins}
             where r.tenant_id = @tenant{where}
             order by {string.Join(", ", keys.Select(k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (actor.Limits is { } limits)
            statement.SetList("limits", limits.Ids.Select(static id => long.Parse(id, CultureInfo.InvariantCulture)).ToArray());
        statement.Set("limit", search.MaxResults + 1);
        var rows = await statement.ListAsync(row => (Experiment: Read(row), Keys: keys.Select((key, i) => key.Read(row, 6 + i)).ToArray()));
        var more = rows.Count > search.MaxResults;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        var experiments = await WithTagsAsync(session, workspace, rows.ConvertAll(r => r.Experiment));
        return new(experiments, more ? PageToken.Encode(rows[^1].Keys) : null);
    }

    /// <summary>Takes the next number of the workspace. Rolls back with its transaction, so numbers may be taken in any order but never twice.</summary>
    public static async ValueTask<long> NextIdAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(TakeNumber).Set("tenant", workspace.Value);
        return await statement.LongAsync() ?? throw new InvalidOperationException($"Workspace {workspace} has no experiment counter.");
    }

    /// <summary>Sees that the next number is one that no experiment has.</summary>
    public static async ValueTask RaiseCounterAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(RaiseCounter).Set("tenant", workspace.Value);
        await statement.ExecuteAsync();
    }

    /// <summary>Inserts; false when the name or the source is taken.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, Experiment experiment, string? source = null)
    {
        using var statement = session.Sql(InsertExperiment)
            .Set("tenant", workspace.Value).Set("id", experiment.Id).Set("name", experiment.Name).Set("location", experiment.ArtifactLocation)
            .Set("stage", experiment.Stage).Set("created", experiment.CreatedAt).Set("updated", experiment.UpdatedAt).Set("source", source);
        if (await statement.ExecuteAsync() == 0)
            return false;
        await SetTagsAsync(session, workspace, experiment.Id, experiment.Tags);
        return true;
    }

    public static async ValueTask StartCounterAsync(DbSession session, WorkspaceId workspace, long next)
    {
        using var statement = session.Sql(InsertCounter).Set("tenant", workspace.Value).Set("next", next);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RenameAsync(DbSession session, WorkspaceId workspace, long id, string name, long at)
    {
        using var statement = session.Sql(Rename).Set("name", name).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    public static async ValueTask MoveAsync(DbSession session, WorkspaceId workspace, long id, string stage, long at)
    {
        using var statement = session.Sql(Move).Set("stage", stage).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    public static async ValueTask TouchAsync(DbSession session, WorkspaceId workspace, long id, long at)
    {
        using var statement = session.Sql(Touch).Set("at", at).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, long id, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTag).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, t => t.Key).Text("value", tags, t => t.Value));
    }

    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, long id, string key)
    {
        using var statement = session.Sql(RemoveTag).Set("tenant", workspace.Value).Set("id", id).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    private static async ValueTask<Experiment?> WithTagsAsync(DbSession session, WorkspaceId workspace, Experiment? experiment) =>
        experiment is null ? null : (await WithTagsAsync(session, workspace, [experiment]))[0];

    private static async ValueTask<List<Experiment>> WithTagsAsync(DbSession session, WorkspaceId workspace, List<Experiment> experiments)
    {
        if (experiments.Count == 0)
            return experiments;
        using var statement = session.Sql(FindTags).Set("tenant", workspace.Value).SetList("ids", experiments.Select(e => e.Id).ToArray());
        var tags = (await statement.ListAsync(static row => (Id: row.GetInt64(0), Tag: new Pair(row.GetString(1), row.GetString(2)))))
            .ToLookup(t => t.Id, t => t.Tag);
        return [.. experiments.Select(e => e with { Tags = [.. tags[e.Id]] })];
    }

    private static Experiment Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5), []);
}
