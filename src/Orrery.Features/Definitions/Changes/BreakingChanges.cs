using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Finds what uses features that a change takes away or makes into something else.</summary>
internal static class BreakingChanges
{
    /// <summary>What would break: services and on-demand views that stay, and what uses services.</summary>
    /// <param name="before">The project as it stands.</param>
    /// <param name="after">As it would be.</param>
    /// <param name="uses">What uses its services.</param>
    public static List<FeatureBreak> Of(FeatureProject before, FeatureProject after, IReadOnlyList<FeatureUse> uses)
    {
        var lost = Lost(before, after);
        List<FeatureBreak> breaks = [.. uses.Where(static use => !use.IsArchived).SelectMany(use => OfUse(use, before, after, lost))];
        foreach (var service in before.Services.Values.OrderBy(static one => one.Name, StringComparer.Ordinal))
        {
            // Who asks for a service is not known to the project; taking one away is never harmless.
            if (after.Services.GetValueOrDefault(service.Name) is { } kept)
                breaks.AddRange(OfService(service, kept, lost));
            else
                breaks.Add(Break("service", service.Name, service.Name, "it is removed, and whoever asks for it is refused"));
        }

        foreach (var view in before.OnDemandViews.Values.OrderBy(static one => one.Name, StringComparer.Ordinal))
        {
            if (after.OnDemandViews.GetValueOrDefault(view.Name) is { } kept && DefinitionDiff.AreSame(view.Document, kept.Document))
            {
                breaks.AddRange(view.Inputs.Where(input => lost.ContainsKey((input.View.Id, input.Name)))
                    .Select(input => Break("on_demand", view.Name, $"{input.View.Name}:{input.Name}", lost[(input.View.Id, input.Name)])));
            }
        }

        return breaks;
    }

    /// <summary>Features of standing versions that are gone or other than they were, and what became of them.</summary>
    private static Dictionary<(string ViewId, string Feature), string> Lost(FeatureProject before, FeatureProject after)
    {
        var lost = new Dictionary<(string, string), string>();
        foreach (var view in before.Views.Values)
        {
            var next = after.Views.GetValueOrDefault(view.Name);
            var gone = next is null ? "its view is removed"
                : next.Keys.SequenceEqual(view.Keys) ? null
                : $"the view's key changes from ({Keys(view)}) to ({Keys(next)})";
            Compare(view.Id, view.Fields, next?.Fields ?? [], gone);
        }

        foreach (var view in before.OnDemandViews.Values)
        {
            var next = after.OnDemandViews.GetValueOrDefault(view.Name);
            Compare(view.Id, view.Fields, next?.Fields ?? [], next is null ? "its view is removed" : null);
        }

        return lost;

        void Compare(string id, IReadOnlyList<FeatureField> olds, IReadOnlyList<FeatureField> news, string? gone)
        {
            var types = news.ToDictionary(static field => field.Name, static field => field.Type);
            foreach (var field in olds)
            {
                if (gone is not null)
                    lost[(id, field.Name)] = gone;
                else if (!types.TryGetValue(field.Name, out var type))
                    lost[(id, field.Name)] = "it is removed";
                else if (type != field.Type)
                    lost[(id, field.Name)] = $"it is {field.Type} and becomes {type}";
            }
        }
    }

    /// <summary>What a service still asks for, of a view of which it names no version, and does not get as it was.</summary>
    private static IEnumerable<FeatureBreak> OfService(FeatureService before, FeatureService after, Dictionary<(string ViewId, string Feature), string> lost) =>
        from projection in before.Projections.Zip(before.Document.Features)
        from field in projection.First.Fields
        let name = FieldName(projection.First, field)
        where lost.ContainsKey((Id(projection.First), name))
        where after.Document.Features.Any(asked => asked.View == projection.Second.View && asked.Version is null && (asked.Features.Count == 0 || asked.Features.Contains(name)))
        select Break("service", before.Name, $"{projection.Second.View}:{name}", lost[(Id(projection.First), name)]);

    /// <summary>What a model was trained on is gone, or it does not get it as before.</summary>
    private static IEnumerable<FeatureBreak> OfUse(FeatureUse use, FeatureProject before, FeatureProject after, Dictionary<(string ViewId, string Feature), string> lost)
    {
        if (use.Service is null)
            return OfFeatures(use, before, lost);
        if (before.Services.GetValueOrDefault(use.Service) is not { } old)
            return [];
        if (after.Services.GetValueOrDefault(use.Service) is not { } next)
            return [Break(use.Kind, use.Name, use.Service, "the service is removed")];
        var used = use.Features.ToHashSet();
        var given = Given(next).ToDictionary(static one => one.Column, static one => one.Type);
        var missing = Given(old).Where(one => (used.Count == 0 || used.Contains(one.Feature)) && (!given.TryGetValue(one.Column, out var type) || type != one.Type))
            .Select(static one => one.Column).ToList();
        return missing.Count == 0 ? [] : [Break(use.Kind, use.Name, use.Service, $"the service no longer gives {string.Join(", ", missing)} as before")];
    }

    private static IEnumerable<FeatureBreak> OfFeatures(FeatureUse use, FeatureProject before, Dictionary<(string ViewId, string Feature), string> lost) =>
        from used in use.Features
        let id = before.Views.GetValueOrDefault(used.View)?.Id ?? before.OnDemandViews.GetValueOrDefault(used.View)?.Id
        where id is not null && lost.ContainsKey((id, used.Feature))
        select Break(use.Kind, use.Name, $"{used.View}:{used.Feature}", lost[(id, used.Feature)]);

    private static IEnumerable<(UsedFeature Feature, string Column, FeatureType Type)> Given(FeatureService service) =>
        from projection in service.Projections
        from field in projection.Fields
        let name = FieldName(projection, field)
        select (
            new UsedFeature(projection.View?.Name ?? projection.OnDemand!.Name, name),
            $"{projection.Alias}__{name}",
            projection.View?.Fields[field].Type ?? projection.OnDemand!.Fields[field].Type);

    private static string FieldName(FeatureProjection projection, int field) => projection.View?.Fields[field].Name ?? projection.OnDemand!.Fields[field].Name;

    private static string Id(FeatureProjection projection) => projection.View?.Id ?? projection.OnDemand!.Id;

    private static string Keys(FeatureView view) => string.Join(", ", view.Keys.Select(static key => $"{key.Name} {key.Type}"));

    private static FeatureBreak Break(string kind, string name, string uses, string why) => new() { Kind = kind, Name = name, Uses = uses, Why = why };
}
