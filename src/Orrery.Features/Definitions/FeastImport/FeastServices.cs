using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Feature services of a Feast registry.</summary>
internal static class FeastServices
{
    private const string Kind = "feature_service";

    /// <summary>The service; null when nothing of it could be carried over, which is told.</summary>
    public static FeatureServiceDocument? Read(WireMessage spec, FeastViews views, FeastGaps gaps)
    {
        var name = spec.Text(1);
        var projections = new List<FeatureProjectionDocument>();
        foreach (var asked in spec.Messages(3))
        {
            if (views.Find(asked.Text(1)) is { } view)
                projections.Add(Projection(asked, view, name, gaps));
            else
                gaps.Changed(Kind, name, $"goes without view '{asked.Text(1)}', which could not be carried over.");
        }

        if (projections.Count == 0)
        {
            gaps.LeftOut(Kind, name, "none of its views could be carried over.");
            return null;
        }

        if (spec.Has(7))
            gaps.Changed(Kind, name, "its logging of served features is not carried over.");
        return new()
        {
            Name = gaps.Named(Kind, name, isView: false),
            Features = projections,
            Description = spec.TextOrNull(5),
            Owner = spec.TextOrNull(6),
            Tags = spec.Map(4),
        };
    }

    private static FeatureProjectionDocument Projection(WireMessage asked, FeatureViewDocument view, string service, FeastGaps gaps)
    {
        var known = view.Features.Select(static feature => feature.Name).ToHashSet();
        var names = asked.Messages(2).Select(static feature => feature.Text(1)).ToList();
        foreach (var gone in names.Where(feature => !known.Contains(feature)))
            gaps.Changed(Kind, service, $"goes without feature '{view.Name}:{gone}', which could not be carried over.");
        var kept = names.Where(known.Contains).ToList();
        return new()
        {
            View = view.Name,
            Features = kept.Count == known.Count && kept.SequenceEqual(view.Features.Select(static feature => feature.Name)) ? [] : kept,
            As = asked.TextOrNull(3) is { } alias && alias != asked.Text(1) ? gaps.Named("alias", alias, isView: true) : null,
            JoinKeys = asked.Map(4),
        };
    }
}
