using System.Globalization;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Lineage over modules: from sources to model versions, and back.</summary>
internal sealed class ModelLineage(Db db, FeatureLineage features, DatasetRuns runs)
{
    private const int MostRuns = 500;
    private const int MostVersions = 1_000;

    /// <summary>What came of a view, a source or a training set, and what it came of; failures are <see cref="FeatureLineage"/>'s and <c>lineage.start_missing</c>.</summary>
    public async ValueTask<Result<LineageGraph>> OfFeaturesAsync(
        Actor actor, string project, string? view, string? source, string? set, LineageSight sight, CancellationToken cancel)
    {
        var asked = (view, source, set) switch
        {
            ({ } name, null, null) => await features.OfViewAsync(actor, project, name, sight, cancel),
            (null, { } name, null) => await features.OfSourceAsync(actor, project, name, sight, cancel),
            (null, null, { } id) => await features.OfSetAsync(actor, project, id, sight, cancel),
            _ => Failure.Invalid("lineage.start_missing", "Name one of 'view', 'source' and 'training_set'."),
        };
        if (asked.Failed(out var failure, out var draft))
            return failure;
        var sets = draft.Sets.ToLookup(static one => (one.Name, one.Digest));
        var read = sets.Count == 0 ? [] : await runs.ListAsync(actor, TrainingData.SourceType, [.. sets.Select(static one => one.Key.Digest).Distinct()], MostRuns + 1, cancel);
        draft.IsTruncated |= read.Count > MostRuns;
        foreach (var run in read.Take(MostRuns).Where(run => sets.Contains((run.Name, run.Digest))))
        {
            Add(draft, run, sight);
            foreach (var one in sets[(run.Name, run.Digest)])
                draft.Join(FeatureLineage.NodeOf(one), NodeOf(run.RunId));
        }

        await VersionsAsync(draft, actor, [.. read.Take(MostRuns).Where(run => sets.Contains((run.Name, run.Digest))).Select(static run => run.RunId).Distinct()], sight, cancel);
        return draft.Draw();
    }

    /// <summary>What a run came of, and the model versions that it made; <c>lineage.run_not_found</c>.</summary>
    public async ValueTask<Result<LineageGraph>> OfRunAsync(Actor actor, string id, LineageSight sight, CancellationToken cancel)
    {
        if (await runs.FindAsync(actor, id, cancel) is not { } run || !sight.SeesRuns(run.ExperimentId))
            return Failure.NotFound("lineage.run_not_found", $"There is no run {(id.Length > 100 ? id[..100] : id)}.");
        var draft = new LineageDraft();
        Add(draft, run, sight);
        await UpAsync(draft, actor, id, sight, cancel);
        await VersionsAsync(draft, actor, [id], sight, cancel);
        return draft.Draw();
    }

    /// <summary>What a model version came of; <c>registry.version_not_found</c> and others of <see cref="ModelVersions"/>.</summary>
    public async ValueTask<Result<LineageGraph>> OfVersionAsync(Actor actor, ModelVersion version, LineageSight sight, CancellationToken cancel)
    {
        var draft = new LineageDraft();
        Add(draft, new TrainedVersion(version.ModelId, version.Name, version.Version, version.Stage, version.RunId ?? "", await AliasesAsync(actor, version, cancel)), sight);
        if (version.RunId is not { } id || await runs.FindAsync(actor, id, cancel) is not { } run)
            return draft.Draw();
        Add(draft, run, sight);
        draft.Join(NodeOf(id), NodeOf(version.ModelId, version.Version));
        await UpAsync(draft, actor, id, sight, cancel);
        return draft.Draw();
    }

    private async ValueTask UpAsync(LineageDraft draft, Actor actor, string run, LineageSight sight, CancellationToken cancel)
    {
        var read = await runs.OfRunsAsync(actor, TrainingData.SourceType, [run], cancel);
        foreach (var set in await features.AddAsync(draft, actor, read.Select(static one => (one.Name, one.Digest)), sight, cancel))
            draft.Join(FeatureLineage.NodeOf(set), NodeOf(run));
    }

    private async ValueTask VersionsAsync(LineageDraft draft, Actor actor, IReadOnlyCollection<string> made, LineageSight sight, CancellationToken cancel)
    {
        if (made.Count == 0)
            return;
        var versions = await db.ReadAsync(session => TrainedVersionStore.ListAsync(session, actor.Workspace, made), cancel);
        draft.IsTruncated |= versions.Count > MostVersions;
        foreach (var version in versions.Take(MostVersions))
        {
            Add(draft, version, sight);
            draft.Join(NodeOf(version.RunId), NodeOf(version.ModelId, version.Version));
        }
    }

    private async ValueTask<IReadOnlyList<string>> AliasesAsync(Actor actor, ModelVersion version, CancellationToken cancel)
    {
        var aliases = await db.ReadAsync(session => AliasStore.ListAsync(session, actor.Workspace, [version.ModelId]), cancel);
        return [.. aliases[version.ModelId].Where(alias => alias.Version == version.Version).Select(static alias => alias.Alias)];
    }

    private static void Add(LineageDraft draft, DatasetRun run, LineageSight sight) => draft.Add(
        new() { Id = NodeOf(run.RunId), Kind = "run", Name = run.RunName, ObjectId = run.RunId, State = run.IsDeleted ? "DELETED" : run.Status }, sight.SeesRuns(run.ExperimentId));

    private static void Add(LineageDraft draft, TrainedVersion version, LineageSight sight) => draft.Add(
        new()
        {
            Id = NodeOf(version.ModelId, version.Version),
            Kind = "model_version",
            Name = version.Name,
            Version = version.Version,
            State = version.Stage,
            Aliases = version.Aliases,
        },
        sight.SeesModel(version.ModelId));

    private static string NodeOf(string run) => $"run:{run}";

    private static string NodeOf(string model, long version) => string.Create(CultureInfo.InvariantCulture, $"model_version:{model}/{version}");
}
