using System.Globalization;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Brings experiments from another server, with their names, stages and times.</summary>
internal sealed class ExperimentImports(Db db, AuditLog audit, TimeProvider time)
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
        return await db.WriteAsync(session => StoreAsync(session, actor, asked, wanted, now), cancel);
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

    private async ValueTask<Result<ImportedExperiment>> StoreAsync(
        DbSession session, Actor actor, ImportExperiment asked, Experiment wanted, long now)
    {
        var workspace = actor.Workspace;
        // Every server has an experiment 0, where runs go that name none.
        if (asked.Experiment.ExperimentId == "0")
            return await MergeAsync(session, actor, (await ExperimentStore.FindAsync(session, workspace, 0))!, wanted);
        var source = $"{asked.Source}#{asked.Experiment.ExperimentId}";
        var named = await ExperimentStore.FindAsync(session, workspace, wanted.Name);
        if (await ExperimentImportStore.FindAsync(session, workspace, source) is { } id)
        {
            if (named is not null && named.Id != id)
                return ImportFailures.NameTaken(wanted.Name);
            var before = StateHash.Of((await ExperimentStore.FindAsync(session, workspace, id))!);
            await ExperimentImportStore.UpdateAsync(session, workspace, wanted with { Id = id }, now);
            await ExperimentStore.SetTagsAsync(session, workspace, id, wanted.Tags);
            var updated = (await ExperimentStore.FindAsync(session, workspace, id))!;
            var after = StateHash.Of(updated);
            if (!after.AsSpan().SequenceEqual(before))
                await audit.AppendAsync(session, actor, Act.Experiment("experiment.import", id) with { Before = before, After = after });
            return Answer(updated, created: false);
        }

        if (named is not null)
            return asked.Merge ? await MergeAsync(session, actor, named, wanted) : ImportFailures.NameTaken(wanted.Name);
        return await InsertAsync(session, actor, wanted, source, now);
    }

    private async ValueTask<Result<ImportedExperiment>> InsertAsync(DbSession session, Actor actor, Experiment wanted, string source, long now)
    {
        var workspace = actor.Workspace;
        var id = await ExperimentStore.NextIdAsync(session, workspace);
        var made = wanted with
        {
            Id = id,
            ArtifactLocation = wanted.ArtifactLocation.Length > 0 ? wanted.ArtifactLocation : "mlflow-artifacts:/" + id.ToString(CultureInfo.InvariantCulture),
        };
        if (!await ExperimentStore.InsertAsync(session, workspace, made, source))
            return ImportFailures.NameTaken(wanted.Name);
        await ExperimentImportStore.UpdateAsync(session, workspace, made, now);
        await audit.AppendAsync(session, actor, Act.Experiment("experiment.import", id) with { After = StateHash.Of(made) });
        return Answer(made, created: true);
    }

    // What it has already stays as it is.
    private async ValueTask<Result<ImportedExperiment>> MergeAsync(DbSession session, Actor actor, Experiment into, Experiment wanted)
    {
        var known = into.Tags.Select(static t => t.Key).ToHashSet();
        Pair[] added = [.. wanted.Tags.Where(t => !known.Contains(t.Key))];
        if (added.Length == 0)
            return Answer(into, created: false);
        await ExperimentStore.SetTagsAsync(session, actor.Workspace, into.Id, added);
        await audit.AppendAsync(session, actor, Act.Experiment("experiment.import", into.Id) with
        {
            After = ContentHash.Of(added),
            Detail = Act.Counts(("tags", added.Length)),
        });
        return Answer(into, created: false);
    }

    private static ImportedExperiment Answer(Experiment experiment, bool created) =>
        new(experiment.Id.ToString(CultureInfo.InvariantCulture), experiment.ArtifactLocation, created);
}
