using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Lineage from sources over views to training sets.</summary>
public sealed class FeatureLineage
{
    private const int MostSets = 100;

    private readonly Db _db;
    private readonly Projects _projects;
    private readonly TrainingUses _training;

    internal FeatureLineage(Db db, Projects projects, TrainingUses training) => (_db, _projects, _training) = (db, projects, training);

    /// <summary>Name of a training set's node.</summary>
    public static string NodeOf(TrainingData set) => $"training_set:{set.Id}";

    /// <summary>What a view came of, and the training sets that were made of it; <c>features.project_not_found</c>, <c>features.view_not_found</c>.</summary>
    public async ValueTask<Result<LineageDraft>> OfViewAsync(Actor actor, string project, string view, LineageSight sight, CancellationToken cancel)
    {
        if ((await _projects.FindAsync(actor, project, cancel)).Failed(out var failure, out var found))
            return failure;
        var id = found.Views.GetValueOrDefault(view)?.Id ?? found.OnDemandViews.GetValueOrDefault(view)?.Id;
        if (id is null || !sight.SeesView(id))
            return Failure.NotFound("features.view_not_found", $"Feature view {DefinitionNames.Clip(view)} does not exist in project {found.Name}.");
        var draft = new LineageDraft();
        Add(draft, found, project, found.FindView(view, null) is { } own ? View(own.Name, own.Version) : OnDemand(view, found.OnDemandViews[view].Version), sight);
        await SetsWithAsync(draft, actor, found, [TrainingPart.View, TrainingPart.OnDemand], view, sight, cancel);
        return draft;
    }

    /// <summary>The views that read a source, and the training sets that were made of it; <c>features.project_not_found</c>, <c>features.source_not_found</c>.</summary>
    public async ValueTask<Result<LineageDraft>> OfSourceAsync(Actor actor, string project, string source, LineageSight sight, CancellationToken cancel)
    {
        if ((await _projects.FindAsync(actor, project, cancel)).Failed(out var failure, out var found))
            return failure;
        var readers = found.Views.Values.Where(view => view.Source.Name == source || view.Source.History.Name == source).OrderBy(static view => view.Name, StringComparer.Ordinal).ToList();
        if (!found.Sources.ContainsKey(source) || (!sight.AllViews && !readers.Exists(view => sight.SeesView(view.Id))))
            return Failure.NotFound("features.source_not_found", $"Source {DefinitionNames.Clip(source)} does not exist in project {found.Name}.");
        var draft = new LineageDraft();
        draft.Add(Source(project, source), isSeen: true);
        foreach (var view in readers)
            Add(draft, found, project, View(view.Name, view.Version), sight);
        await SetsWithAsync(draft, actor, found, [TrainingPart.Source], source, sight, cancel);
        return draft;
    }

    /// <summary>What a training set came of; <c>features.training_set_not_found</c>.</summary>
    public async ValueTask<Result<LineageDraft>> OfSetAsync(Actor actor, string project, string id, LineageSight sight, CancellationToken cancel)
    {
        var sets = await _db.ReadAsync(session => TrainingPartStore.DataAsync(session, actor.Workspace, [id]), cancel);
        var draft = new LineageDraft();
        if (sets is not [var set] || set.Project != project)
            return TrainingSet.NotFound(id);
        await AddAsync(draft, actor, sets, sight, cancel);
        return draft.Sets.Count > 0 && draft.Draw().Nodes[0].Name is not null ? draft : TrainingSet.NotFound(id);
    }

    /// <summary>Adds the training sets that a run's data sets name, with what they came of.</summary>
    /// <returns>Them, in the order of the names.</returns>
    public async ValueTask<List<TrainingData>> AddAsync(
        LineageDraft draft, Actor actor, IEnumerable<(string Name, string Digest)> named, LineageSight sight, CancellationToken cancel)
    {
        var sets = new List<TrainingData>();
        foreach (var (name, digest) in named.Distinct().Take(MostSets))
            sets.AddRange(await _db.ReadAsync(session => TrainingPartStore.DataAsync(session, actor.Workspace, name, digest), cancel));
        await AddAsync(draft, actor, sets, sight, cancel);
        return sets;
    }

    private async ValueTask SetsWithAsync(
        LineageDraft draft, Actor actor, FeatureProject project, string[] kinds, string name, LineageSight sight, CancellationToken cancel)
    {
        await _training.LinkAsync(actor, project.Name, cancel);
        var ids = await _db.ReadAsync(session => TrainingPartStore.SetsWithAsync(session, actor.Workspace, project.Name, kinds, name, MostSets + 1), cancel);
        draft.IsTruncated |= ids.Count > MostSets;
        await AddAsync(draft, actor, await _db.ReadAsync(session => TrainingPartStore.DataAsync(session, actor.Workspace, [.. ids.Take(MostSets)]), cancel), sight, cancel);
    }

    private async ValueTask AddAsync(LineageDraft draft, Actor actor, IReadOnlyList<TrainingData> sets, LineageSight sight, CancellationToken cancel)
    {
        foreach (var of in sets.GroupBy(static set => set.Project))
        {
            var project = (await _projects.FindAsync(actor, of.Key, cancel)).Failed(out _, out var found) ? null : found;
            var parts = (await _training.PartsAsync(actor, of.Key, [.. of.Select(static set => set.Id)], cancel)).ToLookup(static part => part.Set);
            foreach (var set in of)
                await AddAsync(draft, actor, project, set, [.. parts[set.Id]], sight, cancel);
        }
    }

    private async ValueTask AddAsync(
        LineageDraft draft, Actor actor, FeatureProject? project, TrainingData set, List<TrainingPart> parts, LineageSight sight, CancellationToken cancel)
    {
        var node = NodeOf(set);
        var views = parts.Where(static part => part.Kind is TrainingPart.View or TrainingPart.OnDemand).ToList();
        var isSeen = sight.AllViews || (views.Count > 0 && views.TrueForAll(part => sight.SeesView(IdOf(project, part))));
        draft.Add(new() { Id = node, Kind = "training_set", Name = set.Name, Project = set.Project, ObjectId = set.Id, Rows = set.Rows }, isSeen);
        draft.Sets.Add(set);
        foreach (var part in views)
        {
            Add(draft, project, set.Project, part, sight);
            draft.Join(Name(set.Project, part), node);
        }

        foreach (var part in parts.Where(static part => part.Kind == TrainingPart.Service))
        {
            draft.Add(new() { Id = Name(set.Project, part), Kind = part.Kind, Name = part.Name, Project = set.Project, Version = part.Version }, isSeen);
            draft.Join(Name(set.Project, part), node);
        }

        var snapshots = isSeen ? await SnapshotsAsync(actor, set, cancel) : null;
        foreach (var part in parts.Where(static part => part.Kind == TrainingPart.Source))
        {
            var snapshot = snapshots?.GetValueOrDefault(part.Name);
            draft.Add(Source(set.Project, part.Name) with { Snapshot = snapshot }, isSeen);

            // Of a project that is gone nobody knows which view read which source.
            if (project is null)
                draft.Join(Name(set.Project, part), node);
        }
    }

    private async ValueTask<Dictionary<string, JsonElement>> SnapshotsAsync(Actor actor, TrainingData set, CancellationToken cancel)
    {
        var stored = await _db.ReadAsync(session => TrainingSetStore.FindAsync(session, actor.Workspace, set.Id), cancel);
        return stored is null || TrainingSets.ManifestOf(stored) is not { } manifest
            ? []
            : manifest.Sources.DistinctBy(static source => source.Name).ToDictionary(static source => source.Name, static source => JsonSerializer.SerializeToElement(source, ManifestJson.Default.ManifestSource));
    }

    // A view with what it reads.
    private static void Add(LineageDraft draft, FeatureProject? project, string projectName, TrainingPart part, LineageSight sight)
    {
        var node = Name(projectName, part);
        var isSeen = sight.SeesView(IdOf(project, part));
        draft.Add(new() { Id = node, Kind = part.Kind, Name = part.Name, Project = projectName, Version = part.Version }, isSeen);
        if (part.Kind == TrainingPart.View && project?.FindView(part.Name, part.Version) is { } view)
        {
            foreach (var source in new[] { view.Source.Name, view.Source.History.Name }.Distinct())
            {
                draft.Add(Source(projectName, source), isSeen);
                draft.Join(Name(projectName, new("", TrainingPart.Source, source, 0, [])), node);
            }
        }

        if (part.Kind != TrainingPart.OnDemand || project?.FindOnDemand(part.Name, part.Version) is not { } onDemand)
            return;
        foreach (var input in onDemand.Inputs.Select(static input => input.View).DistinctBy(static view => view.NameWithVersion))
        {
            Add(draft, project, projectName, View(input.Name, input.Version), sight);
            draft.Join(Name(projectName, View(input.Name, input.Version)), node);
        }
    }

    private static string? IdOf(FeatureProject? project, TrainingPart part) => part.Kind == TrainingPart.View
        ? project?.FindView(part.Name, part.Version)?.Id
        : project?.FindOnDemand(part.Name, part.Version)?.Id;

    private static TrainingPart View(string name, int version) => new("", TrainingPart.View, name, version, []);

    private static TrainingPart OnDemand(string name, int version) => new("", TrainingPart.OnDemand, name, version, []);

    private static LineageNode Source(string project, string name) => new() { Id = $"source:{project}/{name}", Kind = TrainingPart.Source, Name = name, Project = project };

    private static string Name(string project, TrainingPart part) => part.Kind == TrainingPart.Source
        ? $"source:{project}/{part.Name}"
        : FormattableString.Invariant($"{part.Kind}:{project}/{part.Name}@v{part.Version}");
}
