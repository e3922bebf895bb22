using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_dataset</c>, <c>trk_input</c> and <c>trk_run_model</c>.</summary>
internal static class InputStore
{
    private const string InsertDatasets = """
        insert into trk_dataset (tenant_id, experiment_id, name, digest, source_type, source, schema, profile)
        select @tenant, @experiment, rows.name, rows.digest, rows.source_type, rows.source, rows.schema, rows.profile
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string InsertInputs = """
        insert into trk_input (tenant_id, run_id, dataset_name, dataset_digest, experiment_id, context, tags, position)
        select @tenant, @run, rows.name, rows.digest, @experiment, rows.context, rows.tags, rows.position
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string UpsertModels = """
        insert into trk_run_model (tenant_id, run_id, direction, model_id, step)
        select @tenant, @run, rows.direction, rows.model_id, rows.step
          from {rows}
         where true
            on conflict (tenant_id, run_id, direction, model_id) do update set step = excluded.step
        """;

    private const string ListSummaries = """
        select distinct i.experiment_id, i.dataset_name, i.dataset_digest, coalesce(i.context, '') as context
          from trk_input i
          join trk_run r on r.tenant_id = i.tenant_id and r.run_id = i.run_id and r.lifecycle <> 'importing'
         where i.tenant_id = @tenant
           and i.experiment_id {in ids}
         order by 1, 2, 3, 4
         limit @limit
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<RunInput> inputs)
    {
        using (var datasets = session.Sql(InsertDatasets).Set("tenant", workspace.Value).Set("experiment", run.ExperimentId))
        {
            await datasets.ExecuteRowsAsync(new SqlRows(inputs.Count)
                .Text("name", inputs, i => i.Name).Text("digest", inputs, i => i.Digest)
                .Text("source_type", inputs, i => i.SourceType).Text("source", inputs, i => i.Source)
                .Text("schema", inputs, i => i.Schema).Text("profile", inputs, i => i.Profile));
        }

        using var statement = session.Sql(InsertInputs).Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId);
        var position = run.Revision * 1000;
        await statement.ExecuteRowsAsync(new SqlRows(inputs.Count)
            .Text("name", inputs, i => i.Name).Text("digest", inputs, i => i.Digest)
            .Text("context", inputs, i => i.Tags.FirstOrDefault(t => t.Key == RunTags.DatasetContext).Value)
            .Text("tags", inputs, i => RunDocumentStore.WriteTags(i.Tags))
            .Whole("position", inputs, _ => position++));
    }

    public static async ValueTask SetModelsAsync(DbSession session, WorkspaceId workspace, string runId, IReadOnlyList<RunModel> models)
    {
        using var statement = session.Sql(UpsertModels).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteRowsAsync(new SqlRows(models.Count)
            .Text("direction", models, m => m.IsOutput ? "output" : "input").Text("model_id", models, m => m.ModelId).Whole("step", models, m => m.Step));
    }

    public static async ValueTask<List<DatasetSummary>> SummariesAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<long> experiments, int limit)
    {
        using var statement = session.Sql(ListSummaries).Set("tenant", workspace.Value).SetList("ids", experiments).Set("limit", limit);
        return await statement.ListAsync(static row => new DatasetSummary(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3)));
    }
}

/// <summary>A data set as the runs of an experiment used it.</summary>
/// <param name="ExperimentId">Of the runs.</param>
/// <param name="Name">Of the data set.</param>
/// <param name="Digest">Of its content.</param>
/// <param name="Context">What it was used for: <c>training</c>; empty when nobody said.</param>
internal sealed record DatasetSummary(long ExperimentId, string Name, string Digest, string Context);
