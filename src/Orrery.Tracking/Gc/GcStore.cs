using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL that finds what garbage collection may remove.</summary>
internal static class GcStore
{
    private const string OldRuns = """
        select run_id, artifact_uri, experiment_id, deleted_at
          from trk_run
         where tenant_id = @tenant
           and deleted_at <= @cutoff
           and lifecycle = 'deleted'
           and (deleted_at, run_id) > (@at, @after)
           and (@all = 1 or experiment_id {in experiments})
         order by deleted_at, run_id
         limit @limit
        """;

    private const string LockRuns = """
        select run_id
          from trk_run
         where tenant_id = @tenant
           and run_id {in ids}
           and lifecycle = 'deleted'
           and deleted_at <= @cutoff
         order by run_id
        {for update}
        """;

    private const string KeepRuns = """
        select run_id
          from trk_run
         where tenant_id = @tenant
           and run_id {in ids}
         order by run_id
        {for share}
        """;

    private const string KeepModels = """
        select model_id
          from trk_model
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id
        {for share}
        """;

    private const string LockModels = """
        select model_id
          from trk_model
         where tenant_id = @tenant
           and model_id {in ids}
         order by model_id
        {for update}
        """;

    // A logged model goes when it was deleted itself, or lies in an experiment that was.
    private const string OldModels = """
        select m.model_id, m.artifact_uri, m.experiment_id
          from trk_model m
          join trk_experiment e on e.tenant_id = m.tenant_id and e.experiment_id = m.experiment_id
         where m.tenant_id = @tenant
           and m.model_id > @after
           and ((m.lifecycle = 'deleted' and m.updated_at <= @cutoff)
                or (m.lifecycle in ('active', 'deleted') and e.lifecycle = 'deleted' and coalesce(e.deleted_at, e.updated_at) <= @cutoff))
           and (@all = 1 or m.experiment_id {in experiments})
         order by m.model_id
         limit @limit
        """;

    private const string ModelsOfRuns = """
        select model_id, source_run_id
          from trk_model
         where tenant_id = @tenant
           and source_run_id {in ids}
         order by model_id
        """;

    // Experiment 0 is where runs go that name none: it stays, deleted or not.
    private const string OldExperiments = """
        select e.experiment_id,
               (select count(*) from trk_run r where r.tenant_id = e.tenant_id and r.experiment_id = e.experiment_id),
               (select count(*) from trk_model m where m.tenant_id = e.tenant_id and m.experiment_id = e.experiment_id)
          from trk_experiment e
         where e.tenant_id = @tenant
           and e.experiment_id > 0
           and e.lifecycle = 'deleted'
           and coalesce(e.deleted_at, e.updated_at) <= @cutoff
           and (@all = 1 or e.experiment_id {in experiments})
         order by e.experiment_id
        """;

    private const string LockExperiments = """
        select experiment_id
          from trk_experiment
         where tenant_id = @tenant
           and experiment_id {in ids}
           and lifecycle = 'deleted'
         order by experiment_id
        {for update}
        """;

    private static readonly string[] OfExperiments =
    [
        "delete from trk_experiment_tag where tenant_id = @tenant and experiment_id {in ids}",
        "delete from trk_dataset where tenant_id = @tenant and experiment_id {in ids}",
        "delete from trk_experiment where tenant_id = @tenant and experiment_id {in ids}",
    ];

    private const string ListBlobs = """
        select blob_key
          from trk_artifact
         where tenant_id = @tenant
           and folder {in folders}
           and name {in names}
        """;

    /// <summary>Runs that were deleted long enough ago, the oldest first, after one of them.</summary>
    public static async ValueTask<List<GcRun>> RunsAsync(DbSession session, WorkspaceId workspace, GcScope scope, GcRun? after, int limit)
    {
        using var statement = session.Sql(OldRuns)
            .Set("tenant", workspace.Value).Set("cutoff", scope.Cutoff).Set("at", after?.DeletedAt ?? long.MinValue).Set("after", after?.Id ?? "")
            .Set("all", scope.All).SetList("experiments", scope.ExperimentIds).Set("limit", limit);
        return await statement.ListAsync(static row => new GcRun(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)));
    }

    /// <summary>Those of the runs that still are deleted, their rows locked: nobody restores them meanwhile.</summary>
    public static async ValueTask<HashSet<string>> LockRunsAsync(DbSession session, WorkspaceId workspace, GcScope scope, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(LockRuns).Set("tenant", workspace.Value).SetList("ids", ids).Set("cutoff", scope.Cutoff);
        return [.. await statement.ListAsync(static row => row.GetString(0))];
    }

    /// <summary>Has runs and logged models stay until the transaction ends; others may change them meanwhile.</summary>
    public static async ValueTask KeepAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        await LockAsync(session, KeepRuns, workspace, ids);
        await LockAsync(session, KeepModels, workspace, ids);
    }

    /// <summary>Locks the rows of logged models, whatever their state.</summary>
    public static ValueTask LockModelsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids) =>
        LockAsync(session, LockModels, workspace, ids);

    public static async ValueTask<List<GcModel>> ModelsAsync(DbSession session, WorkspaceId workspace, GcScope scope, string after, int limit)
    {
        using var statement = session.Sql(OldModels)
            .Set("tenant", workspace.Value).Set("after", after).Set("cutoff", scope.Cutoff)
            .Set("all", scope.All).SetList("experiments", scope.ExperimentIds).Set("limit", limit);
        return await statement.ListAsync(static row => new GcModel(row.GetString(0), row.GetString(1), row.GetInt64(2)));
    }

    /// <summary>Logged models that runs made, with the run of each.</summary>
    public static async ValueTask<List<(string ModelId, string RunId)>> ModelsOfAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runIds)
    {
        using var statement = session.Sql(ModelsOfRuns).Set("tenant", workspace.Value).SetList("ids", runIds);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)));
    }

    /// <summary>Experiments that were deleted long enough ago, with what is still in each.</summary>
    public static async ValueTask<List<(long Id, long Runs, long Models)>> ExperimentsAsync(DbSession session, WorkspaceId workspace, GcScope scope)
    {
        using var statement = session.Sql(OldExperiments)
            .Set("tenant", workspace.Value).Set("cutoff", scope.Cutoff).Set("all", scope.All).SetList("experiments", scope.ExperimentIds);
        return await statement.ListAsync(static row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
    }

    /// <summary>Those of the experiments that still are deleted, their rows locked: nobody restores them meanwhile.</summary>
    public static async ValueTask<HashSet<long>> LockExperimentsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<long> ids)
    {
        using var statement = session.Sql(LockExperiments).Set("tenant", workspace.Value).SetList("ids", ids);
        return [.. await statement.ListAsync(static row => row.GetInt64(0))];
    }

    public static async ValueTask RemoveExperimentsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<long> ids)
    {
        foreach (var sql in OfExperiments)
        {
            using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("ids", ids);
            await statement.ExecuteAsync();
        }
    }

    /// <summary>Blobs of the files of these names in these folders: more than were asked for, never fewer.</summary>
    public static async ValueTask<HashSet<string>> BlobsAsync(
        DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> folders, IReadOnlyCollection<string> names)
    {
        using var statement = session.Sql(ListBlobs).Set("tenant", workspace.Value).SetList("folders", folders).SetList("names", names);
        return [.. await statement.ListAsync(static row => row.GetString(0))];
    }

    private static async ValueTask LockAsync(DbSession session, string sql, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("ids", ids);
        await statement.ListAsync(static row => row.GetString(0));
    }
}

/// <summary>What a collection looks at.</summary>
/// <param name="Cutoff">Unix milliseconds; what was deleted later stays.</param>
/// <param name="ExperimentIds">Only these; all when empty.</param>
internal sealed record GcScope(long Cutoff, IReadOnlyList<long> ExperimentIds)
{
    public long All => ExperimentIds.Count == 0 ? 1 : 0;
}

/// <summary>A run that may go.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="ArtifactUri">Root of its artifacts.</param>
/// <param name="ExperimentId">Where it is.</param>
/// <param name="DeletedAt">Unix milliseconds.</param>
internal sealed record GcRun(string Id, string ArtifactUri, long ExperimentId, long DeletedAt);

/// <summary>A logged model that may go.</summary>
/// <param name="Id">Of the model.</param>
/// <param name="ArtifactUri">Root of its files.</param>
/// <param name="ExperimentId">Where it is.</param>
internal sealed record GcModel(string Id, string ArtifactUri, long ExperimentId);
