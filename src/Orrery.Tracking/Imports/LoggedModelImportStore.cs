using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of logged models while they are imported: those of lifecycle <c>importing</c>.</summary>
internal static class LoggedModelImportStore
{
    private const string Upsert = """
        insert into trk_model (
               tenant_id, model_id, experiment_id, name, model_type, source_run_id, status, status_message, lifecycle, artifact_uri, created_at, updated_at)
        values (@tenant, @model, @experiment, @name, @type, @run, @status, @message, 'importing', @uri, @created, @updated)
            on conflict (tenant_id, model_id) do update
           set experiment_id = excluded.experiment_id, name = excluded.name, model_type = excluded.model_type, source_run_id = excluded.source_run_id,
               status = excluded.status, status_message = excluded.status_message, artifact_uri = excluded.artifact_uri,
               created_at = excluded.created_at, updated_at = excluded.updated_at
         where trk_model.lifecycle = 'importing'
        """;

    private const string Publish = """
        update trk_model
           set lifecycle = 'active'
         where tenant_id = @tenant
           and model_id = @model
           and lifecycle = 'importing'
        """;

    private const string FindUri = """
        select artifact_uri
          from trk_model
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveParams = """
        delete from trk_model_param
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveTags = """
        delete from trk_model_tag
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RemoveMetrics = """
        delete from trk_model_metric
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string InsertMetrics = """
        insert into trk_model_metric (tenant_id, model_id, key, dataset_name, dataset_digest, run_id, step, at, is_nan, value)
        select @tenant, @model, rows.key, rows.dataset_name, rows.dataset_digest, rows.run_id, rows.step, rows.at, rows.is_nan, rows.value
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string States = """
        select r.model_id, i.source, i.completed_at,
               (select count(*) from trk_model_metric m where m.tenant_id = r.tenant_id and m.model_id = r.model_id),
               (select count(*) from trk_model_param p where p.tenant_id = r.tenant_id and p.model_id = r.model_id),
               (select count(*) from trk_model_tag t where t.tenant_id = r.tenant_id and t.model_id = r.model_id),
               (select count(distinct k.key) from trk_model_metric k where k.tenant_id = r.tenant_id and k.model_id = r.model_id)
          from trk_model r
          left join trk_import i on i.tenant_id = r.tenant_id and i.kind = 'model' and i.id = r.model_id
         where r.tenant_id = @tenant
           and r.model_id {in ids}
         order by r.model_id
        """;

    /// <summary>Inserts an invisible model, or replaces the row of one; false when the id is in use.</summary>
    public static async ValueTask<bool> PutAsync(DbSession session, WorkspaceId workspace, LoggedModel model, string? statusMessage)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", workspace.Value).Set("model", model.ModelId).Set("experiment", model.ExperimentId).Set("name", model.Name)
            .Set("type", model.ModelType).Set("run", model.SourceRunId).Set("status", model.Status).Set("message", statusMessage)
            .Set("uri", model.ArtifactUri).Set("created", model.CreatedAt).Set("updated", model.UpdatedAt);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Replaces parameters, tags and metrics.</summary>
    public static async ValueTask FillAsync(DbSession session, WorkspaceId workspace, LoggedModel model)
    {
        foreach (var sql in new[] { RemoveParams, RemoveTags, RemoveMetrics })
        {
            using var remove = session.Sql(sql).Set("tenant", workspace.Value).Set("model", model.ModelId);
            await remove.ExecuteAsync();
        }

        await LoggedModelStore.SetParamsAsync(session, workspace, model.ModelId, model.Params);
        await LoggedModelStore.SetTagsAsync(session, workspace, model.ModelId, model.Tags);
        using var insert = session.Sql(InsertMetrics).Set("tenant", workspace.Value).Set("model", model.ModelId);
        await insert.ExecuteRowsAsync(new SqlRows(model.Metrics.Count)
            .Text("key", model.Metrics, m => m.Metric.Key)
            .Text("dataset_name", model.Metrics, m => m.Metric.DatasetName ?? "")
            .Text("dataset_digest", model.Metrics, m => m.Metric.DatasetDigest ?? "")
            .Text("run_id", model.Metrics, m => m.RunId)
            .Whole("step", model.Metrics, m => m.Metric.Point.Step)
            .Whole("at", model.Metrics, m => m.Metric.Point.At)
            .Whole("is_nan", model.Metrics, m => double.IsNaN(m.Metric.Point.Value) ? 1 : 0)
            .Number("value", [.. model.Metrics.Select(m => MetricStore.Storable(m.Metric.Point.Value))]));
    }

    public static async ValueTask<bool> PublishAsync(DbSession session, WorkspaceId workspace, string modelId)
    {
        using var statement = session.Sql(Publish).Set("tenant", workspace.Value).Set("model", modelId);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Root of a model's files, invisible ones' too; null when there is no such model.</summary>
    public static async ValueTask<string?> FindUriAsync(DbSession session, WorkspaceId workspace, string modelId)
    {
        using var statement = session.Sql(FindUri).Set("tenant", workspace.Value).Set("model", modelId);
        return await statement.FindAsync(static row => row.GetString(0));
    }

    public static async ValueTask<List<ImportStateRow>> StatesAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(States).Set("tenant", workspace.Value).SetList("ids", ids);
        return await statement.ListAsync(ImportStateRow.Read);
    }
}
