using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>How features are marked now that were used, for modules above that measure what their use means.</summary>
public sealed class UsedMarks
{
    private readonly Projects _projects;

    internal UsedMarks(Projects projects) => _projects = projects;

    /// <summary>
    /// Marks and tags of features by the current version of their views, in their order. A feature that is computed counts as marked when one of its inputs is.
    /// <c>features.project_not_found</c>.
    /// </summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">Theirs.</param>
    /// <param name="features">Which.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<IReadOnlyList<UsedMark>>> OfAsync(Actor actor, string project, IReadOnlyList<UsedFeature> features, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(features);
        return (await _projects.FindAsync(actor, project, cancel)).Then<IReadOnlyList<UsedMark>>(found => (List<UsedMark>)[.. features.Select(feature => Of(found, feature))]);
    }

    private static UsedMark Of(FeatureProject project, UsedFeature feature)
    {
        if (project.Views.TryGetValue(feature.View, out var view) && view.FieldIndex.TryGetValue(feature.Feature, out var place))
            return new(feature.View, feature.Feature, IsKnown: true, view.Fields[place].IsPii, view.Fields[place].IsRestricted, Tags(view, feature.Feature)) { Source = view.Source.Name };
        if (!project.OnDemandViews.TryGetValue(feature.View, out var computed) || !computed.FieldIndex.TryGetValue(feature.Feature, out var index))
            return new(feature.View, feature.Feature, IsKnown: false, IsPii: false, IsRestricted: false, []);
        var inputs = computed.Inputs.Select(static input => input.View.Fields[input.Field]).ToList();
        var field = computed.Fields[index];
        var tags = computed.Document.Tags.Concat(computed.Document.Features.First(one => one.Name == feature.Feature).Tags)
            .Concat(computed.Inputs.SelectMany(static input => Tags(input.View, input.Name)));
        return new(feature.View, feature.Feature, IsKnown: true, field.IsPii || inputs.Exists(static one => one.IsPii), field.IsRestricted || inputs.Exists(static one => one.IsRestricted), [.. tags])
        {
            Source = string.Join(",", computed.Inputs.Select(static input => input.View.Source.Name).Distinct().Order(StringComparer.Ordinal)),
        };
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Tags(FeatureView view, string feature) =>
        [.. view.Document.Tags, .. view.Document.Features.Where(one => one.Name == feature).SelectMany(static one => one.Tags)];
}

/// <summary>How a used feature is marked now.</summary>
/// <param name="View">Its view.</param>
/// <param name="Feature">Its name.</param>
/// <param name="IsKnown">False when its view has no such feature any more: then nothing is known of its marks.</param>
/// <param name="IsPii">Whether it tells something about a person.</param>
/// <param name="IsRestricted">Whether it is shown only to those with the right to restricted columns.</param>
/// <param name="Tags">Of its view, its own, and of what it is computed from; a key may stand more than once.</param>
public sealed record UsedMark(string View, string Feature, bool IsKnown, bool IsPii, bool IsRestricted, IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    /// <summary>Names of the sources that its values come from, with commas; empty when it is not known.</summary>
    public string Source { get; init; } = "";
}
