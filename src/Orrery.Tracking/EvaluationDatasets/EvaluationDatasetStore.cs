using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_eval_dataset</c>, its tags and its experiments.</summary>
internal static class EvaluationDatasetStore
{
    private const string Columns = "dataset_id, name, digest, schema, record_count, created_at, updated_at, created_by, updated_by";

    private const string FindDataset = $"""
        select {Columns}
          from trk_eval_dataset
         where tenant_id = @tenant
           and dataset_id = @dataset
        """;

    private const string TouchDataset = $"""
        update trk_eval_dataset
           set updated_at = @at
         where tenant_id = @tenant
           and dataset_id = @dataset
        returning {Columns}
        """;

    private const string InsertDataset = """
        insert into trk_eval_dataset (tenant_id, dataset_id, name, digest, schema, record_count, created_at, updated_at, created_by, updated_by)
        values (@tenant, @dataset, @name, @digest, @schema, @count, @created, @updated, @creator, @updater)
        """;

    private const string SetContent = """
        update trk_eval_dataset
           set digest = @digest, schema = @schema, record_count = @count, updated_by = @updater
         where tenant_id = @tenant
           and dataset_id = @dataset
        """;

    private const string RemoveDataset = "delete from trk_eval_dataset where tenant_id = @tenant and dataset_id = @dataset";

    private const string RemoveRecords = "delete from trk_eval_record where tenant_id = @tenant and dataset_id = @dataset";

    private const string RemoveTags = "delete from trk_eval_dataset_tag where tenant_id = @tenant and dataset_id = @dataset";

    private const string RemoveLinks = "delete from trk_eval_dataset_experiment where tenant_id = @tenant and dataset_id = @dataset";

    private const string ListTags = """
        select dataset_id, key, value
          from trk_eval_dataset_tag
         where tenant_id = @tenant
           and dataset_id {in ids}
         order by dataset_id, key
        """;

    private const string UpsertTags = """
        insert into trk_eval_dataset_tag (tenant_id, dataset_id, key, value)
        select @tenant, @dataset, rows.key, rows.value
          from {rows}
         where true
            on conflict (tenant_id, dataset_id, key) do update set value = excluded.value
        """;

    private const string RemoveTag = """
        delete from trk_eval_dataset_tag
         where tenant_id = @tenant
           and dataset_id = @dataset
           and key = @key
        """;

    private const string KnownExperiments = """
        select experiment_id
          from trk_experiment
         where tenant_id = @tenant
           and experiment_id {in ids}
        """;

    private const string ListExperiments = """
        select experiment_id
          from trk_eval_dataset_experiment
         where tenant_id = @tenant
           and dataset_id = @dataset
         order by experiment_id
        """;

    private const string LinkExperiments = """
        insert into trk_eval_dataset_experiment (tenant_id, dataset_id, experiment_id)
        select @tenant, @dataset, rows.experiment
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string UnlinkExperiments = """
        delete from trk_eval_dataset_experiment
         where tenant_id = @tenant
           and dataset_id = @dataset
           and experiment_id {in ids}
        """;

    private const string InExperiments =
        "\n   and exists (select 1 from trk_eval_dataset_experiment x where x.tenant_id = r.tenant_id and x.dataset_id = r.dataset_id and x.experiment_id {in experiments})";

    private static readonly SearchSchema Schema = new(
        new Dictionary<string, SearchColumn>
        {
            ["name"] = new("r.name", IsText: true),
            ["created_time"] = new("r.created_at", IsText: false),
            ["last_update_time"] = new("r.updated_at", IsText: false),
            ["created_by"] = new("r.created_by", IsText: true, Nullable: true),
            ["last_updated_by"] = new("r.updated_by", IsText: true, Nullable: true),
            ["dataset_id"] = new("r.dataset_id", IsText: true),
        },
        new Dictionary<EntityKind, KeyedTable> { [EntityKind.Tag] = new("trk_eval_dataset_tag", "k.dataset_id = r.dataset_id") })
    {
        Tenant = "r.tenant_id",
    };

    public static async ValueTask<EvaluationDataset?> FindAsync(DbSession session, WorkspaceId workspace, string datasetId)
    {
        using var statement = session.Sql(FindDataset).Set("tenant", workspace.Value).Set("dataset", datasetId);
        return await statement.FindAsync(Read) is { } dataset ? (await FillAsync(session, workspace, [dataset]))[0] : null;
    }

    /// <summary>Notes a change and, until the transaction ends, keeps others from changing it too.</summary>
    public static async ValueTask<EvaluationDataset?> TouchAsync(DbSession session, WorkspaceId workspace, string datasetId, long at)
    {
        using var statement = session.Sql(TouchDataset).Set("at", at).Set("tenant", workspace.Value).Set("dataset", datasetId);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask<Page<EvaluationDataset>?> SearchAsync(DbSession session, WorkspaceId workspace, EvaluationDatasetSearch search)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var where = sql.Where(search.Filter.All);
        if (search.Experiments is not null)
            where += InExperiments;
        if (search.Token is { } token)
        {
            if (PageToken.Decode(token, keys.Count) is not { } last || !keys.Zip(last).All(pair => pair.First.Accepts(pair.Second)))
                return null;
            where += sql.After(keys, last);
        }

        using var statement = session.Sql($"""
            select {Columns}, {string.Join(", ", keys.Select(k => k.Sql))}
              from trk_eval_dataset r
             where r.tenant_id = @tenant{where}
             order by {string.Join(", ", keys.Select(k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        if (search.Experiments is { } experiments)
            statement.SetList("experiments", experiments);
        sql.SetAll(statement);
        statement.Set("limit", search.MaxResults + 1);
        var rows = await statement.ListAsync(row => (Dataset: Read(row), Keys: keys.Select((key, i) => key.Read(row, 9 + i)).ToArray()));
        var more = rows.Count > search.MaxResults;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        return new(await FillAsync(session, workspace, rows.ConvertAll(r => r.Dataset)), more ? PageToken.Encode(rows[^1].Keys) : null);
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, EvaluationDataset dataset)
    {
        using var statement = session.Sql(InsertDataset)
            .Set("tenant", workspace.Value).Set("dataset", dataset.DatasetId).Set("name", dataset.Name).Set("digest", dataset.Digest)
            .Set("schema", dataset.Schema).Set("count", dataset.RecordCount).Set("created", dataset.CreatedAt).Set("updated", dataset.UpdatedAt)
            .Set("creator", dataset.CreatedBy).Set("updater", dataset.UpdatedBy);
        await statement.ExecuteAsync();
        await SetTagsAsync(session, workspace, dataset.DatasetId, dataset.Tags);
    }

    /// <summary>Stores the digest, the schema, the number of records and who changed them.</summary>
    public static async ValueTask SetContentAsync(DbSession session, WorkspaceId workspace, EvaluationDataset dataset)
    {
        using var statement = session.Sql(SetContent)
            .Set("digest", dataset.Digest).Set("schema", dataset.Schema).Set("count", dataset.RecordCount).Set("updater", dataset.UpdatedBy)
            .Set("tenant", workspace.Value).Set("dataset", dataset.DatasetId);
        await statement.ExecuteAsync();
    }

    /// <summary>Removes a data set with all that hangs on it; false when there is none.</summary>
    public static async ValueTask<bool> RemoveAsync(DbSession session, WorkspaceId workspace, string datasetId)
    {
        var removed = await RemoveAsync(session, RemoveDataset, workspace, datasetId) > 0;
        await RemoveAsync(session, RemoveRecords, workspace, datasetId);
        await RemoveAsync(session, RemoveTags, workspace, datasetId);
        await RemoveAsync(session, RemoveLinks, workspace, datasetId);
        return removed;
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, string datasetId, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTags).Set("tenant", workspace.Value).Set("dataset", datasetId);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, t => t.Key).Text("value", tags, t => t.Value));
    }

    /// <summary>False when there is no such tag.</summary>
    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, string datasetId, string key)
    {
        using var statement = session.Sql(RemoveTag).Set("tenant", workspace.Value).Set("dataset", datasetId).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Those of these experiments that there are.</summary>
    public static async ValueTask<List<long>> KnownAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<long> experiments)
    {
        using var statement = session.Sql(KnownExperiments).Set("tenant", workspace.Value).SetList("ids", experiments);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    public static async ValueTask<List<long>> ExperimentsAsync(DbSession session, WorkspaceId workspace, string datasetId)
    {
        using var statement = session.Sql(ListExperiments).Set("tenant", workspace.Value).Set("dataset", datasetId);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>How many it did not belong to before.</summary>
    public static async ValueTask<int> LinkAsync(DbSession session, WorkspaceId workspace, string datasetId, IReadOnlyList<long> experiments)
    {
        using var statement = session.Sql(LinkExperiments).Set("tenant", workspace.Value).Set("dataset", datasetId);
        return await statement.ExecuteRowsAsync(new SqlRows(experiments.Count).Whole("experiment", [.. experiments]));
    }

    /// <summary>How many it belonged to.</summary>
    public static async ValueTask<int> UnlinkAsync(DbSession session, WorkspaceId workspace, string datasetId, IReadOnlyList<long> experiments)
    {
        using var statement = session.Sql(UnlinkExperiments).Set("tenant", workspace.Value).Set("dataset", datasetId).SetList("ids", experiments);
        return await statement.ExecuteAsync();
    }

    /// <summary>The data sets with their tags.</summary>
    public static async ValueTask<List<EvaluationDataset>> FillAsync(DbSession session, WorkspaceId workspace, List<EvaluationDataset> datasets)
    {
        if (datasets.Count == 0)
            return datasets;
        using var statement = session.Sql(ListTags).Set("tenant", workspace.Value).SetList("ids", datasets.ConvertAll(d => d.DatasetId));
        var tags = (await statement.ListAsync(static row => (Id: row.GetString(0), Tag: new Pair(row.GetString(1), row.GetString(2))))).ToLookup(t => t.Id, t => t.Tag);
        return datasets.ConvertAll(d => d with { Tags = [.. tags[d.DatasetId]] });
    }

    private static async ValueTask<int> RemoveAsync(DbSession session, string sql, WorkspaceId workspace, string datasetId)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("dataset", datasetId);
        return await statement.ExecuteAsync();
    }

    private static EvaluationDataset Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.GetInt64(4),
        row.GetInt64(5),
        row.GetInt64(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.IsDBNull(8) ? null : row.GetString(8));
}
