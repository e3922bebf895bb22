using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>One column of an answer: a feature of one of the selection's projections.</summary>
/// <param name="Name">As the caller reads it: <c>feature</c>, or <c>view__feature</c> with full feature names.</param>
/// <param name="Projection">Place in <see cref="FeatureSelection.Projections"/>.</param>
/// <param name="Field">Place in the view's fields.</param>
internal sealed record SelectedFeature(string Name, int Projection, int Field);

/// <summary>What a request asks for, made out against one revision of a project: used alike online and offline.</summary>
internal sealed class FeatureSelection
{
    private FeatureSelection(FeatureProject project, FeatureService? service, IReadOnlyList<FeatureProjection> projections, IReadOnlyList<SelectedFeature> features)
    {
        Project = project;
        Service = service;
        Projections = projections;
        Features = features;
    }

    public FeatureProject Project { get; }

    /// <summary>The service that was asked for; null for single features.</summary>
    public FeatureService? Service { get; }

    /// <summary>In the order asked for; a view is there once for each alias and version.</summary>
    public IReadOnlyList<FeatureProjection> Projections { get; }

    /// <summary>Columns of the answer after the join keys: those of views in the order asked for, then those of on-demand views.</summary>
    public IReadOnlyList<SelectedFeature> Features { get; }

    /// <summary>The features of a service; <c>features.service_not_found</c>, <c>features.name_collision</c>.</summary>
    public static Result<FeatureSelection> OfService(FeatureProject project, string name, bool fullNames) =>
        project.Services.TryGetValue(name, out var service)
            ? Make(project, service, service.Projections, fullNames)
            : Failure.NotFound("features.service_not_found", $"Feature service {name} does not exist in project {project.Name}.");

    /// <summary>
    /// Single features; <c>features.reference_invalid</c>, <c>features.view_not_found</c>, <c>features.feature_not_found</c>,
    /// <c>features.none_asked</c>, <c>features.name_collision</c>.
    /// </summary>
    public static Result<FeatureSelection> OfReferences(FeatureProject project, IReadOnlyList<string> references, bool fullNames)
    {
        if (references.Count == 0)
            return Failure.Invalid("features.none_asked", "No features were asked for; give 'features' or 'feature_service'.");
        var asked = new List<(string View, int? Version, List<int> Fields)>();
        foreach (var text in references)
        {
            if (FeatureReference.Parse(text).Failed(out var wrong, out var reference))
                return wrong;
            var view = project.FindView(reference.View, reference.Version);
            var onDemand = view is null ? project.FindOnDemand(reference.View, reference.Version) : null;
            if ((view?.FieldIndex ?? onDemand?.FieldIndex) is not { } index)
                return NoView(project, reference);
            if (!index.TryGetValue(reference.Feature, out var field))
                return NoFeature(reference);
            var group = asked.FindIndex(one => one.View == reference.View && one.Version == reference.Version);
            if (group < 0)
                asked.Add((reference.View, reference.Version, [field]));
            else
                asked[group].Fields.Add(field);
        }

        return Make(project, service: null, [.. asked.Select(one => Projection(project, one.View, one.Version, one.Fields))], fullNames);
    }

    /// <summary>Projections that were made out before; <c>features.name_collision</c>.</summary>
    public static Result<FeatureSelection> OfProjections(FeatureProject project, IReadOnlyList<FeatureProjection> projections, bool fullNames) =>
        Make(project, service: null, projections, fullNames);

    private static FeatureProjection Projection(FeatureProject project, string view, int? version, List<int> fields) => new()
    {
        View = project.FindView(view, version),
        OnDemand = project.FindView(view, version) is null ? project.FindOnDemand(view, version) : null,
        Fields = fields,
        Alias = version is { } number ? $"{view}@v{number}" : view,
    };

    private static Result<FeatureSelection> Make(
        FeatureProject project, FeatureService? service, IReadOnlyList<FeatureProjection> projections, bool fullNames)
    {
        var features = new List<SelectedFeature>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var onDemand in new[] { false, true })
        {
            for (var at = 0; at < projections.Count; at++)
            {
                var projection = projections[at];
                if (projection.OnDemand is not null != onDemand)
                    continue;
                foreach (var field in projection.Fields)
                {
                    var feature = projection.View?.Fields[field].Name ?? projection.OnDemand!.Fields[field].Name;
                    var name = fullNames ? $"{projection.Alias}__{feature}" : feature;
                    if (!names.Add(name))
                        return Collision(name, fullNames);
                    features.Add(new(name, at, field));
                }
            }
        }

        return new FeatureSelection(project, service, projections, features);
    }

    private static Failure NoView(FeatureProject project, FeatureReference reference) => Failure.NotFound(
        "features.view_not_found",
        reference.Version is { } version
            ? $"Feature view {reference.View} has no version {version} in project {project.Name}."
            : $"Feature view {reference.View} does not exist in project {project.Name}.");

    private static Failure NoFeature(FeatureReference reference) =>
        Failure.NotFound("features.feature_not_found", $"Feature view {reference.View} has no feature {reference.Feature}.");

    private static Failure Collision(string name, bool fullNames) => Failure.Invalid(
        "features.name_collision",
        $"Two of the features would both be called {name}; " + (fullNames ? "ask for each once." : "ask for each once, or with full_feature_names."));
}
