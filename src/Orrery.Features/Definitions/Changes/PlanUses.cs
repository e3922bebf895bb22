using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Tells which uses a change touches, as far as the caller may know of them.</summary>
internal static class PlanUses
{
    /// <summary>Most that a plan names.</summary>
    public const int Most = 200;

    private const string Unseen = "(one that you may not see)";

    /// <summary>Uses of what changes, or of what is removed; live ones first.</summary>
    public static List<FeaturePlanUse> Of(IReadOnlyList<FeatureChange> changes, IReadOnlyList<FeatureUse> uses)
    {
        var changed = changes.Where(static change => change.Action != "add").ToList();
        var views = changed.Where(static change => change.Kind is TrainingPart.View or TrainingPart.OnDemand).Select(static change => change.Name).ToHashSet();
        var services = changed.Where(static change => change.Kind == TrainingPart.Service).Select(static change => change.Name).ToHashSet();
        return
        [
            .. uses.Where(use => (use.Service is { } service && services.Contains(service)) || use.Features.Any(feature => views.Contains(feature.View)))
                .OrderBy(static use => use.IsArchived).Select(Told),
        ];
    }

    /// <summary>Uses without the names that the caller may not see.</summary>
    public static List<FeatureUse> Seen(IEnumerable<FeatureUse> uses, Func<FeatureUse, bool>? sees) => [.. uses.Select(use => sees?.Invoke(use) is not false ? use : use with
    {
        Name = Unseen,
        ObjectId = null,
        Version = null,
        Aliases = [],
        TrainingSet = null,
    })];

    private static FeaturePlanUse Told(FeatureUse use) => new()
    {
        Kind = use.Kind,
        Name = use.Name == Unseen ? null : use.Name,
        Version = use.Version,
        Stage = use.Stage,
        Aliases = use.Aliases,
        TrainingSet = use.TrainingSet,
        Service = use.Service,
        Views = [.. use.Features.Select(static feature => feature.View).Distinct().Order(StringComparer.Ordinal)],
    };
}
