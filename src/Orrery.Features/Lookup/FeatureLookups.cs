using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Opens lookups of online features for modules above.</summary>
public sealed class FeatureLookups
{
    private readonly Db _db;
    private readonly Projects _projects;
    private readonly LookupParts _parts;
    private readonly Workspaces _workspaces;

    internal FeatureLookups(Db db, Projects projects, LookupParts parts, Workspaces workspaces) => (_db, _projects, _parts, _workspaces) = (db, projects, parts, workspaces);

    /// <summary>The features of a training set, of the versions that it was made with.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">The set's.</param>
    /// <param name="set">Its id.</param>
    /// <param name="wanted">Names of columns; others are not read. Null for all.</param>
    /// <param name="ttl">How long a value holds; null for what the views say.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns><c>features.training_set_not_found</c>, <c>features.not_served</c>, <c>features.none_asked</c>, <c>features.view_not_online</c>, and what projects refuse.</returns>
    public async ValueTask<Result<FeatureLookup>> OfTrainingSetAsync(
        Actor actor, string project, string set, IReadOnlySet<string>? wanted, TimeSpan? ttl, CancellationToken cancel)
    {
        var stored = await _db.ReadAsync(session => TrainingSetStore.FindAsync(session, actor.Workspace, set), cancel);
        if (stored is null || stored.Project != project || TrainingSets.ManifestOf(stored) is not { } manifest)
            return TrainingSet.NotFound(set);
        return await OpenAsync(actor, project, found => Manifests.Select(found, manifest), manifest.FeatureService, manifest.FullFeatureNames, wanted, ttl, cancel);
    }

    /// <summary>The features of a service, as it is now and comes to be.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">The service's.</param>
    /// <param name="service">Its name.</param>
    /// <param name="fullNames">Whether columns are named <c>view__feature</c>.</param>
    /// <param name="wanted">Names of columns; others are not read. Null for all.</param>
    /// <param name="ttl">How long a value holds; null for what the views say.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns><c>features.service_not_found</c>, and the failures of <see cref="OfTrainingSetAsync"/>.</returns>
    public ValueTask<Result<FeatureLookup>> OfServiceAsync(
        Actor actor, string project, string service, bool fullNames, IReadOnlySet<string>? wanted, TimeSpan? ttl, CancellationToken cancel) =>
        OpenAsync(actor, project, found => FeatureSelection.OfService(found, service, fullNames), service, fullNames, wanted, ttl, cancel);

    private async ValueTask<Result<FeatureLookup>> OpenAsync(
        Actor actor, string name, Func<FeatureProject, Result<FeatureSelection>> select, string? service, bool fullNames, IReadOnlySet<string>? wanted, TimeSpan? ttl,
        CancellationToken cancel)
    {
        if ((await FindAsync(actor, name, cancel)).Failed(out var unknown, out var project))
            return unknown;
        Result<FeatureSelection> Narrow(FeatureProject found) => select(found).Then(selection => Only(selection, wanted, fullNames));
        return Narrow(project).Then(FeatureLookup.PlanOf).Failed(out var wrong, out var plan)
            ? wrong
            : new FeatureLookup(_parts, project, Narrow, service, ttl is { } longest ? TtlOverride.OfAll(longest) : null, plan);
    }

    // Callers of the platform's own know a workspace by its number alone.
    private async ValueTask<Result<FeatureProject>> FindAsync(Actor actor, string name, CancellationToken cancel)
    {
        if (_projects.InMemory(actor.Workspace, name) is { } held)
            return held;
        if (actor.WorkspaceName.Length == 0)
            actor = actor with { WorkspaceName = (await _workspaces.ListAsync(cancel)).FirstOrDefault(one => one.Id == actor.Workspace).Name ?? "" };
        return await _projects.FindAsync(actor, name, cancel);
    }

    private static Result<FeatureSelection> Only(FeatureSelection selection, IReadOnlySet<string>? wanted, bool fullNames)
    {
        if (wanted is null)
            return selection;
        var kept = selection.Features.Where(feature => wanted.Contains(feature.Name)).ToLookup(static feature => feature.Projection, static feature => feature.Field);
        var projections = selection.Projections.Select((projection, at) => (projection, Fields: (IReadOnlyList<int>)[.. kept[at]])).Where(static one => one.Fields.Count > 0)
            .Select(static one => new FeatureProjection
            {
                View = one.projection.View,
                OnDemand = one.projection.OnDemand,
                Fields = one.Fields,
                Alias = one.projection.Alias,
                JoinKeyMap = one.projection.JoinKeyMap,
            }).ToList();
        return projections.Count > 0
            ? FeatureSelection.OfProjections(selection.Project, projections, fullNames)
            : Failure.Invalid("features.none_asked", $"None of the features ({string.Join(", ", selection.Features.Take(10).Select(static feature => feature.Name))}) is a column of what asks for them.");
    }
}
