using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Makes manifests of joins, and selections of manifests.</summary>
internal static class Manifests
{
    /// <summary>The parts of a manifest that the selection gives.</summary>
    public static IReadOnlyList<ManifestProjection> Projections(FeatureSelection selection) =>
    [
        .. selection.Projections.Select(static projection => projection.View is { } view
            ? new ManifestProjection(view.Name, view.Version, false, projection.Alias, [.. projection.Fields.Select(field => view.Fields[field].Name)], projection.JoinKeyMap)
            : new ManifestProjection(
                projection.OnDemand!.Name, projection.OnDemand.Version, true, projection.Alias, [.. projection.Fields.Select(field => projection.OnDemand.Fields[field].Name)], projection.JoinKeyMap)),
    ];

    /// <summary>The definitions that a selection rests on.</summary>
    public static IReadOnlyList<ManifestDefinition> Definitions(FeatureSelection selection)
    {
        var found = new SortedDictionary<(string Kind, string Name, int Version), string>();
        foreach (var projection in selection.Projections)
        {
            if (projection.View is { } view)
                Add(found, view);
            if (projection.OnDemand is not { } onDemand)
                continue;
            found[("on_demand", onDemand.Name, onDemand.Version)] = Hash(onDemand.Document);
            foreach (var input in onDemand.Inputs)
                Add(found, input.View);
        }

        if (selection.Service is { } service)
            found[("service", service.Name, service.Version)] = Hash(service.Document);
        return [.. found.Select(static one => new ManifestDefinition(one.Key.Kind, one.Key.Name, one.Key.Version, one.Value))];
    }

    /// <summary>What a manifest selects, with the versions that it names; <c>features.view_not_found</c>, <c>features.feature_not_found</c>.</summary>
    public static Result<FeatureSelection> Select(FeatureProject project, Manifest manifest)
    {
        var projections = new List<FeatureProjection>();
        foreach (var one in manifest.Projections)
        {
            var view = one.OnDemand ? null : project.FindView(one.View, one.Version);
            var onDemand = one.OnDemand ? project.FindOnDemand(one.View, one.Version) : null;
            if ((view?.FieldIndex ?? onDemand?.FieldIndex) is not { } index)
                return Failure.NotFound("features.view_not_found", $"Feature view {one.View} has no version {one.Version} in project {project.Name}.");
            if (one.Features.FirstOrDefault(feature => !index.ContainsKey(feature)) is { } missing)
                return Failure.NotFound("features.feature_not_found", $"Version {one.Version} of feature view {one.View} has no feature {missing}.");
            projections.Add(new()
            {
                View = view,
                OnDemand = onDemand,
                Fields = [.. one.Features.Select(feature => index[feature])],
                Alias = one.Alias,
                JoinKeyMap = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(one.JoinKeys),
            });
        }

        return FeatureSelection.OfProjections(project, projections, manifest.FullFeatureNames);
    }

    /// <summary>The sources' states with the hashes of their files.</summary>
    public static async ValueTask<List<SourceState>> HashedAsync(SourceSnapshot snapshot, SourceFiles files, CancellationToken cancel)
    {
        var states = new List<SourceState>();
        foreach (var state in snapshot.Sources)
        {
            var hashed = new List<LocalFile>();
            foreach (var file in state.Files)
                hashed.Add(file with { Sha256 = await files.HashAsync(file, cancel) });
            states.Add(state with { Files = hashed });
        }

        return states;
    }

    /// <summary>A source's state as manifests have it.</summary>
    public static ManifestSource Source(SourceState state) => new(state.Name, state.Kind)
    {
        Files = [.. state.Files.Select(static file => new ManifestFile(file.Name, file.Size, file.Sha256!))],
        Sequence = state.Sequence,
        Warehouse = state.Warehouse,
        Rows = state.Rows,
        Hash = state.Hash,
    };

    private static void Add(SortedDictionary<(string, string, int), string> found, FeatureView view)
    {
        found[("view", view.Name, view.Version)] = Hash(view.Document);
        found[("source", view.Source.Name, 0)] = Hash(view.Source.Document);
        if (view.Source.Batch is { } batch)
            found[("source", batch.Name, 0)] = Hash(batch.Document);
    }

    private static string Hash<T>(T document) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document, OrreryJson.TypeOf<T>())));
}
