using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Brings experiments from another server, with their names, stages and times.</summary>
internal sealed class ExperimentImports(Db db, TimeProvider time)
{
    /// <summary>Makes an experiment or brings it up to date; <c>import.name_taken</c>, <c>import.invalid</c>, <c>tracking.invalid_location</c>.</summary>
    public async ValueTask<Result<ImportedExperiment>> ImportAsync(Actor actor, ImportExperiment asked, CancellationToken cancel)
    {
        if (Check(asked) is { } wrong)
            return wrong;
        var from = asked.Experiment;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var wanted = new Experiment(
            0, from.Name, ImportRules.IsOwn(from.ArtifactLocation) ? "" : from.ArtifactLocation!, ImportRules.Stage(from.LifecycleStage),
            from.CreationTime ?? now, from.LastUpdateTime ?? from.CreationTime ?? now, ImportRules.Pairs(from.Tags));
        return await db.WriteAsync(session => StoreAsync(session, actor.Workspace, asked, wanted, now), cancel);
    }

    private static Failure? Check(ImportExperiment asked)
    {
        var from = asked.Experiment;
        if (ImportRules.CheckSource(asked.Source) is { } wrong)
            return wrong;
        if (from.ExperimentId.Length is 0 or > Names.MaxKey)
            return ImportRules.Invalid("experiment_id", $"it has {from.ExperimentId.Length} characters and must have 1 to {Names.MaxKey}");
        if (from.Name.Length is 0 or > Names.MaxExperimentName)
            return ImportRules.Invalid("name", $"it has {from.Name.Length} characters and must have 1 to {Names.MaxExperimentName}");
        return ImportRules.CheckTexts(from.Name, from.ExperimentId)
            ?? ImportRules.CheckPairs("tags", ImportRules.Pairs(from.Tags))
            ?? (ImportRules.IsOwn(from.ArtifactLocation) ? null : ArtifactLocations.Check(from.ArtifactLocation));
    }

    private static async ValueTask<Result<ImportedExperiment>> StoreAsync(
        DbSession session, WorkspaceId workspace, ImportExperiment asked, Experiment wanted, long now)
    {
        // Every server has an experiment 0, where runs go that name none.
        if (asked.Experiment.ExperimentId == "0")
            return await MergeAsync(session, workspace, (await ExperimentStore.FindAsync(session, workspace, 0))!, wanted);
        var source = $"{asked.Source}#{asked.Experiment.ExperimentId}";
        var named = await ExperimentStore.FindAsync(session, workspace, wanted.Name);
        if (await ExperimentImportStore.FindAsync(session, workspace, source) is { } id)
        {
            if (named is not null && named.Id != id)
                return ImportFailures.NameTaken(wanted.Name);
            await ExperimentImportStore.UpdateAsync(session, workspace, wanted with { Id = id }, now);
            await ExperimentStore.SetTagsAsync(session, workspace, id, wanted.Tags);
            return Answer((await ExperimentStore.FindAsync(session, workspace, id))!, created: false);
        }

        if (named is not null)
            return asked.Merge ? await MergeAsync(session, workspace, named, wanted) : ImportFailures.NameTaken(wanted.Name);
        return await InsertAsync(session, workspace, wanted, source, now);
    }

    private static async ValueTask<Result<ImportedExperiment>> InsertAsync(DbSession session, WorkspaceId workspace, Experiment wanted, string source, long now)
    {
        var id = await ExperimentStore.NextIdAsync(session, workspace);
        var made = wanted with
        {
            Id = id,
            ArtifactLocation = wanted.ArtifactLocation.Length > 0 ? wanted.ArtifactLocation : "mlflow-artifacts:/" + id.ToString(CultureInfo.InvariantCulture),
        };
        if (!await ExperimentStore.InsertAsync(session, workspace, made, source))
            return ImportFailures.NameTaken(wanted.Name);
        await ExperimentImportStore.UpdateAsync(session, workspace, made, now);
        return Answer(made, created: true);
    }

    // What it has already stays as it is.
    private static async ValueTask<Result<ImportedExperiment>> MergeAsync(DbSession session, WorkspaceId workspace, Experiment into, Experiment wanted)
    {
        var known = into.Tags.Select(static t => t.Key).ToHashSet();
        await ExperimentStore.SetTagsAsync(session, workspace, into.Id, [.. wanted.Tags.Where(t => !known.Contains(t.Key))]);
        return Answer(into, created: false);
    }

    private static ImportedExperiment Answer(Experiment experiment, bool created) =>
        new(experiment.Id.ToString(CultureInfo.InvariantCulture), experiment.ArtifactLocation, created);
}
