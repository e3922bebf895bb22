using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Finds what a variant looks up: the features that its version was trained on, or those of the service that its deployment names.</summary>
internal sealed class LookupOpening(VersionTraining training, FeatureLookups lookups)
{
    private const int MostSets = 8;

    /// <summary>Opens the lookup of a variant.</summary>
    /// <returns>
    /// It, and what is not as in training; <c>serving.lookup_off</c>, <c>serving.no_training_set</c>, <c>serving.training_sets_differ</c>,
    /// <c>serving.no_feature_project</c>, and the failures of <see cref="FeatureLookups"/>.
    /// </returns>
    public async ValueTask<Result<(FeatureLookup Lookup, string? Remark)>> OpenAsync(Actor actor, VariantSpec spec, PackageDocument document, CancellationToken cancel)
    {
        if (spec.Features is { Lookup: false })
            return Failure.Conflict("serving.lookup_off", "the deployment says 'features: {lookup: false}'");
        if ((await training.SetsAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var unknown, out var sets))
            return unknown;
        var wanted = Columns(spec, document);
        if (spec.Features?.Service is { } service)
            return await OfServiceAsync(actor, spec.Features, service, sets, wanted, cancel);
        return sets.Count == 0
            ? Failure.Conflict(
                "serving.no_training_set",
                $"version {spec.Version} of {spec.Model} comes from no run that names a training set of the feature store as its data, and the deployment names no feature service (features: {{project, service}})")
            : await OfTrainingAsync(actor, spec, sets, wanted, cancel);
    }

    /// <summary>Names of the columns that the model may want; null when its package does not say.</summary>
    public static IReadOnlySet<string>? Columns(VariantSpec spec, PackageDocument document)
    {
        if (spec.Features?.Columns is { } named)
            return named.ToHashSet(StringComparer.Ordinal);
        if (document.Inputs is not JsonArray { Count: > 0 } inputs)
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (input is not JsonObject column || column["name"] is not JsonValue value || !value.TryGetValue<string>(out var name))
                return null;
            names.Add(name);
        }

        return names;
    }

    private async ValueTask<Result<(FeatureLookup Lookup, string? Remark)>> OfTrainingAsync(
        Actor actor, VariantSpec spec, IReadOnlyList<TrainingData> sets, IReadOnlySet<string>? wanted, CancellationToken cancel)
    {
        FeatureLookup? found = null;
        foreach (var set in sets.Take(MostSets))
        {
            if ((await lookups.OfTrainingSetAsync(actor, set.Project, set.Id, wanted, Ttl(spec.Features), cancel)).Failed(out var refused, out var lookup))
                return refused;
            if (found is not null && !(found.Project == lookup.Project && found.Features.SequenceEqual(lookup.Features, SameFeature)))
            {
                return Failure.Conflict(
                    "serving.training_sets_differ",
                    $"the run of version {spec.Version} of {spec.Model} names training sets of different features ({string.Join(", ", sets.Select(static one => one.Name))}): name the feature service in the deployment (features: {{project, service}})");
            }

            found ??= lookup;
        }

        return (found!, null);
    }

    private async ValueTask<Result<(FeatureLookup Lookup, string? Remark)>> OfServiceAsync(
        Actor actor, FeatureLookupSpec spec, string service, IReadOnlyList<TrainingData> sets, IReadOnlySet<string>? wanted, CancellationToken cancel)
    {
        if ((spec.Project ?? (sets.Count > 0 ? sets[0].Project : null)) is not { } project)
            return Failure.Conflict("serving.no_feature_project", $"the deployment names feature service {service} without its project (features: {{project}})");
        var opened = await lookups.OfServiceAsync(actor, project, service, fullNames: false, wanted, Ttl(spec), cancel);
        // Where short names collide, or are not what the model calls its columns, full ones may be.
        if (opened.Failure is { Code: "features.name_collision" or "features.none_asked" })
            opened = await lookups.OfServiceAsync(actor, project, service, fullNames: true, wanted, Ttl(spec), cancel);
        return opened.Failed(out var refused, out var lookup) ? refused : (lookup, await RemarkAsync(actor, lookup, sets, wanted, cancel));
    }

    // A service that is named may give what training did not have.
    private async ValueTask<string?> RemarkAsync(Actor actor, FeatureLookup lookup, IReadOnlyList<TrainingData> sets, IReadOnlySet<string>? wanted, CancellationToken cancel)
    {
        if (sets.Count == 0 || (await lookups.OfTrainingSetAsync(actor, sets[0].Project, sets[0].Id, wanted, null, cancel)).Failed(out _, out var trained))
            return null;
        var others = trained.Features.Select(was => (Was: was, Is: lookup.Features.FirstOrDefault(one => one.Name == was.Name)))
            .Where(static one => one.Is is not null && !SameFeature.Equals(one.Was, one.Is)).ToList();
        return others.Count == 0
            ? null
            : $"features differ from those of training: {string.Join(", ", others.Take(3).Select(static one => $"{one.Was.Name} is of {one.Is!.View}, was of {one.Was.View}"))}{(others.Count > 3 ? $" and {others.Count - 3} more" : "")}";
    }

    private static TimeSpan? Ttl(FeatureLookupSpec? spec) => spec?.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static readonly EqualityComparer<LookupFeature> SameFeature = EqualityComparer<LookupFeature>.Create(
        static (left, right) => left is not null && right is not null && (left.Name, left.View, left.Feature) == (right.Name, right.View, right.Feature),
        static feature => feature.Name.GetHashCode(StringComparison.Ordinal));
}
