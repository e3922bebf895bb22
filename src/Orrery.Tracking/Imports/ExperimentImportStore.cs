using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of imported experiments in <c>trk_experiment</c>.</summary>
internal static class ExperimentImportStore
{
    private const string FindBySource = """
        select experiment_id
          from trk_experiment
         where tenant_id = @tenant
           and source = @source
        """;

    private const string Update = """
        update trk_experiment
           set name = @name, lifecycle = @stage, created_at = @created, updated_at = @updated,
               deleted_at = case when @stage = 'deleted' then coalesce(deleted_at, @now) end
         where tenant_id = @tenant
           and experiment_id = @id
        """;

    public static async ValueTask<long?> FindAsync(DbSession session, WorkspaceId workspace, string source)
    {
        using var statement = session.Sql(FindBySource).Set("tenant", workspace.Value).Set("source", source);
        return await statement.LongAsync();
    }

    /// <summary>Writes an experiment as its source has it. One in the bin counts as deleted from now on, when that is new here.</summary>
    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, Experiment experiment, long now)
    {
        using var statement = session.Sql(Update)
            .Set("name", experiment.Name).Set("stage", experiment.Stage).Set("created", experiment.CreatedAt).Set("updated", experiment.UpdatedAt)
            .Set("now", now).Set("tenant", workspace.Value).Set("id", experiment.Id);
        await statement.ExecuteAsync();
    }
}
