using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_model</c> and its parameters, tags and metrics.</summary>
internal static class LoggedModelStore
{
    private const string Columns =
        "r.model_id, r.experiment_id, r.name, r.model_type, r.source_run_id, r.status, r.artifact_uri, r.created_at, r.updated_at";

    private const string FindModel = $"""
        select {Columns}
          from trk_model r
         where r.tenant_id = @tenant
           and r.model_id = @model
           and r.lifecycle = 'active'
        """;

    private const string InsertModel = """
        insert into trk_model (tenant_id, model_id, experiment_id, name, model_type, source_run_id, status, lifecycle, artifact_uri, created_at, updated_at)
        values (@tenant, @model, @experiment, @name, @type, @run, @status, 'active', @uri, @created, @updated)
        """;

    private const string SetStatus = """
        update trk_model
           set status = @status, updated_at = @at
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveModel = """
        update trk_model
           set lifecycle = 'deleted', updated_at = @at
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string UpsertParams = """
        insert into trk_model_param (tenant_id, model_id, key, value)
        select @tenant, @model, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, model_id, key) do update set value = excluded.value
        """;

    private const string UpsertTags = """
        insert into trk_model_tag (tenant_id, model_id, key, value)
        select @tenant, @model, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, model_id, key) do update set value = excluded.value
        """;

    private const string RemoveTag = """
        delete from trk_model_tag
         where tenant_id = @tenant
           and model_id = @model
           and key = @key
        """;

    private const string ListParams = """
        select model_id, key, value
          from trk_model_param
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id, key
        """;

    private const string ListTags = """
        select model_id, key, value
          from trk_model_tag
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id, key
        """;

    private const string ListMetrics = """
        select model_id, key, at, step, value, is_nan, dataset_name, dataset_digest, run_id
          from trk_model_metric
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id, key, step, at, run_id, dataset_name, dataset_digest, value
        """;

    // Of several measurements of one key the latest counts: the greatest step, then time.
    private const string Latest = """
        (select l.tenant_id, l.model_id, l.key, l.dataset_name, l.dataset_digest, l.is_nan, l.value
           from trk_model_metric l
          where not exists (
                select 1
                  from trk_model_metric later
                 where later.tenant_id = l.tenant_id
                   and later.model_id = l.model_id
                   and later.key = l.key
                   and (later.step, later.at, later.dataset_name, later.dataset_digest, later.run_id, later.value)
                       > (l.step, l.at, l.dataset_name, l.dataset_digest, l.run_id, l.value)))
        """;

    private static readonly Dictionary<string, SearchColumn> Attributes = new()
    {
        ["name"] = new("r.name", IsText: true),
        ["model_id"] = new("r.model_id", IsText: true),
        ["model_type"] = new("r.model_type", IsText: true, Nullable: true),
        ["status"] = new("r.status", IsText: true),
        ["source_run_id"] = new("r.source_run_id", IsText: true, Nullable: true),
        ["creation_timestamp"] = new("r.created_at", IsText: false),
        ["last_updated_timestamp"] = new("r.updated_at", IsText: false),
    };

    public static async ValueTask<LoggedModel?> FindAsync(DbSession session, WorkspaceId workspace, string modelId)
    {
        using var statement = session.Sql(FindModel).Set("tenant", workspace.Value).Set("model", modelId);
        return await statement.FindAsync(Read) is { } model ? (await FillAsync(session, workspace, [model]))[0] : null;
    }

    public static async ValueTask<Page<LoggedModel>?> SearchAsync(DbSession session, WorkspaceId workspace, LoggedModelSearch search)
    {
        var sql = new SearchSql(Schema(search.Datasets), session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var where = sql.Where(search.Filter.All);
        if (search.Datasets.Count > 0)
            where += $"\n   and exists (select 1 from trk_model_metric k where k.tenant_id = r.tenant_id and {MetricJoin(search.Datasets)})";
        if (search.Token is { } token)
        {
            if (PageToken.Decode(token, keys.Count) is not { } last || !keys.Zip(last).All(pair => pair.First.Accepts(pair.Second)))
                return null;
            where += sql.After(keys, last);
        }

        using var statement = session.Sql($$"""
            select {{Columns}}, {{string.Join(", ", keys.Select(k => k.Sql))}}
              from trk_model r{{sql.Joins}}
             where r.tenant_id = @tenant and r.lifecycle = 'active' and r.experiment_id {in experiments}{{where}}
             order by {{string.Join(", ", keys.Select(k => k.OrderSql))}}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value).SetList("experiments", search.Experiments);
        sql.SetAll(statement);
        for (var i = 0; i < search.Datasets.Count; i++)
            statement.Set($"dn{i}", search.Datasets[i].Name).Set($"dd{i}", search.Datasets[i].Digest);
        statement.Set("limit", search.MaxResults + 1);
        var rows = await statement.ListAsync(row => (Model: Read(row), Keys: keys.Select((key, i) => key.Read(row, 9 + i)).ToArray()));
        var more = rows.Count > search.MaxResults;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        return new(await FillAsync(session, workspace, rows.ConvertAll(r => r.Model)), more ? PageToken.Encode(rows[^1].Keys) : null);
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, LoggedModel model)
    {
        using var statement = session.Sql(InsertModel)
            .Set("tenant", workspace.Value).Set("model", model.ModelId).Set("experiment", model.ExperimentId).Set("name", model.Name)
            .Set("type", model.ModelType).Set("run", model.SourceRunId).Set("status", model.Status).Set("uri", model.ArtifactUri)
            .Set("created", model.CreatedAt).Set("updated", model.UpdatedAt);
        await statement.ExecuteAsync();
        await SetParamsAsync(session, workspace, model.ModelId, model.Params);
        await SetTagsAsync(session, workspace, model.ModelId, model.Tags);
    }

    public static async ValueTask SetStatusAsync(DbSession session, WorkspaceId workspace, string modelId, string status, long at)
    {
        using var statement = session.Sql(SetStatus).Set("status", status).Set("at", at).Set("tenant", workspace.Value).Set("model", modelId);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, string modelId, long at)
    {
        using var statement = session.Sql(RemoveModel).Set("at", at).Set("tenant", workspace.Value).Set("model", modelId);
        await statement.ExecuteAsync();
    }

    public static async ValueTask SetParamsAsync(DbSession session, WorkspaceId workspace, string modelId, IReadOnlyList<Pair> pairs)
    {
        using var statement = session.Sql(UpsertParams).Set("tenant", workspace.Value).Set("model", modelId);
        await statement.ExecuteRowsAsync(new SqlRows(pairs.Count).Text("key", pairs, p => p.Key).Text("value", pairs, p => p.Value));
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, string modelId, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTags).Set("tenant", workspace.Value).Set("model", modelId);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, t => t.Key).Text("value", tags, t => t.Value));
    }

    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, string modelId, string key)
    {
        using var statement = session.Sql(RemoveTag).Set("tenant", workspace.Value).Set("model", modelId).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    private static SearchSchema Schema(IReadOnlyList<DatasetScope> datasets) => new(Attributes, new Dictionary<EntityKind, KeyedTable>
    {
        [EntityKind.Param] = new("trk_model_param", "k.model_id = r.model_id"),
        [EntityKind.Tag] = new("trk_model_tag", "k.model_id = r.model_id"),
        [EntityKind.Metric] = new("trk_model_metric", MetricJoin(datasets), IsMetric: true),
    })
    {
        Tenant = "r.tenant_id",
        LatestMetrics = new(Latest, "k.model_id = r.model_id", IsMetric: true),
    };

    private static string MetricJoin(IReadOnlyList<DatasetScope> datasets) => datasets.Count == 0
        ? "k.model_id = r.model_id"
        : "k.model_id = r.model_id and ("
            + string.Join(" or ", datasets.Select((_, i) => $"k.dataset_name = @dn{i} and (@dd{i} is null or k.dataset_digest = @dd{i})")) + ")";

    private static async ValueTask<List<LoggedModel>> FillAsync(DbSession session, WorkspaceId workspace, List<LoggedModel> models)
    {
        if (models.Count == 0)
            return models;
        var ids = models.ConvertAll(m => m.ModelId);
        var parameters = await ListAsync(session, ListParams, workspace, ids, static row => new Pair(row.GetString(1), row.GetString(2)));
        var tags = await ListAsync(session, ListTags, workspace, ids, static row => new Pair(row.GetString(1), row.GetString(2)));
        var metrics = await ListAsync(session, ListMetrics, workspace, ids, ReadMetric);
        return models.ConvertAll(m => m with { Params = [.. parameters[m.ModelId]], Tags = [.. tags[m.ModelId]], Metrics = [.. metrics[m.ModelId]] });
    }

    private static async ValueTask<ILookup<string, T>> ListAsync<T>(
        DbSession session, string sql, WorkspaceId workspace, List<string> ids, Func<DbDataReader, T> read)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("ids", ids);
        return (await statement.ListAsync(row => (Id: row.GetString(0), Item: read(row)))).ToLookup(r => r.Id, r => r.Item);
    }

    private static ModelMetric ReadMetric(DbDataReader row)
    {
        var value = row.GetInt64(5) == 1 ? double.NaN : row.GetDouble(4);
        return new(new(row.GetString(1), new(row.GetInt64(2), row.GetInt64(3), value))
        {
            ModelId = row.GetString(0),
            DatasetName = row.GetString(6) is { Length: > 0 } name ? name : null,
            DatasetDigest = row.GetString(7) is { Length: > 0 } digest ? digest : null,
        }, row.GetString(8));
    }

    private static LoggedModel Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.GetInt64(7),
        row.GetInt64(8));
}

/// <summary>A search of logged models.</summary>
/// <param name="Experiments">In these.</param>
/// <param name="Filter">All must hold.</param>
/// <param name="Order">Total.</param>
/// <param name="Datasets">Only models measured on one of these, and only such metrics count; empty for any.</param>
/// <param name="MaxResults">1 to 100.</param>
/// <param name="Token">Of the page before; null for the first.</param>
internal sealed record LoggedModelSearch(
    IReadOnlyList<long> Experiments,
    SearchFilter Filter,
    IReadOnlyList<OrderBy> Order,
    IReadOnlyList<DatasetScope> Datasets,
    int MaxResults,
    string? Token);
